"""Which items of an outline are tasks, and what belongs to each.

Lists of responsible organs show it: the innermost items that carry one are tasks. Then come the items of the same list
that carry none (somebody forgot, or nobody is responsible yet): a task is never dropped silently. A document without
any list of organs is read by its outline alone, if its title says that it is a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fazhi.plans import items, outline, responsible
from fazhi.plans.items import Item, Read, title_of
from fazhi.plans.organs import Organs
from fazhi.plans.outline import MINOR, Node
from fazhi.plans.passage import Passage
from fazhi.plans.responsible import Found

_UNNUMBERED = frozenset({"", "page", "plain"})
_GENERAL = re.compile(
    r"指导思想|总体(?:要求|思路|目标|安排)|(?:工作|主要|总体|年度|发展|创建|行动)目标|基本原则|工作原则|目标要求|^目标$|"
    r"(?:工作|有关|相关|几点|具体|组织)要求$|^(?:组织|工作|制度|服务|要素|强化|加强|落实|完善)?(?:组织|工作)?保障(?:措施)?$|保障措施|"
    r"组织实施|组织领导$|(?:实施|工作|方法|创建)步骤|(?:时间|进度)安排|附则|总则|^背景|(?:重要|重大)意义|适用范围|考核奖惩|督导考核"
)
_CLOSING = re.compile(r"要求|保障|落实|领导|组织|机制|督导|考核|实施|推进")


def select(document: Node, *, named_plan: bool, by_prose: bool) -> tuple[list[Item], list[Node]]:
    """The tasks of an outline, and the nodes of its general part that set goals.

    Where no list of organs is found, `by_prose` lets 由县水利局牵头 in running text show a task (in a statute it does
    not), and `named_plan` lets every innermost item be one.
    """
    marked = _Outline(document)
    marked.share_closing_lists()
    marked.share_heading_lists()
    tasks = marked.tasks(by_prose)
    if not tasks and (unnumbered := list(items.loose(marked.read.items()))):
        return unnumbered, []
    if not tasks and named_plan:
        tasks = marked.by_itself()
    return [item for node in tasks for item in marked.items(node)], marked.goal_setting(tasks)


class _Outline:
    """An outline with what was read of each node; which nodes carry organs is kept up to date."""

    def __init__(self, document: Node) -> None:
        self.read: dict[Node, Read] = {node: items.read(node) for node in document.walk()}
        self.numbered = [node for node in self.read if node.kind not in _UNNUMBERED]
        self.runs = outline.runs(document)
        self._mark()

    def _mark(self) -> None:
        self.named = {node for node in self.numbered if self.read[node].organs.named}
        self.named_below = {above for node in self.named for above in node.ancestors()}

    def title(self, node: Node) -> str:
        return title_of(self.read[node].prose)

    def general(self, node: Node) -> bool:
        title = self.title(node)
        return len(title) <= 24 and bool(_GENERAL.search(title))

    def share_closing_lists(self) -> None:
        """A list behind the last of several sub-items stands for all of them.

        Certain for （1）（2）（3）; for other kinds only if it is so throughout the document. It belongs to the item above,
        unless the sub-items are numbered on from one item to the next: then they are the tasks, and share the list.
        """
        groups: dict[tuple[str, str], list[Node]] = {}
        for node in self.numbered:
            kinds = {child.kind for child in node.children}
            if node in self.named_below and node not in self.named and len(kinds) == 1 < len(node.children):
                groups.setdefault((node.kind, kinds.pop()), []).append(node)
        for (_, kind), members in groups.items():
            closing = [node for node in members if self._only_last_named(node)]
            own_line = all(found.own_line for node in members for found in self.read[node.children[-1]].lists)
            if kind not in MINOR and (len(closing) < len(members) or (len(members) == 1 and not own_line)):
                continue
            numbered_on = kind not in MINOR and any(node.children[0].order > 1 for node in members)
            for node in closing:
                last = node.children[-1]
                if numbered_on:
                    self._give(node.children[:-1], self.read[last].organs)
                else:
                    _lift(self.read[last], self.read[node])
        self._mark()

    def _only_last_named(self, node: Node) -> bool:
        *others, last = node.children
        return last in self.named and not any(
            child in self.named_below or (child in self.named and child is not last)
            for child in (*others, last)
        )

    def share_heading_lists(self) -> None:
        """（一）…（牵头单位：甲） above 1. 2., （二）…（牵头单位：乙） above 3. 4.: the numbered-on items are the tasks."""
        groups: dict[tuple[str, str], list[Node]] = {}
        for node in self.named - self.named_below:
            kinds = {child.kind for child in node.children}
            if len(kinds) == 1 and not kinds & MINOR:
                groups.setdefault((node.kind, kinds.pop()), []).append(node)
        for members in groups.values():
            if len(members) > 1 and any(node.children[0].order > 1 for node in members):
                for node in members:
                    self._give(node.children, self.read[node].organs)
                    self.read[node].passed_on = True
        self._mark()

    def _give(self, nodes: Iterable[Node], organs: Organs) -> None:
        for node in nodes:
            self.read[node].given = organs

    def tasks(self, by_prose: bool) -> list[Node]:
        innermost = self.named - self.named_below
        if not innermost and by_prose:
            innermost = {node for node in self.numbered if not node.children and self._in_prose(node).named}
        if not innermost:
            return []
        above = {other for node in innermost for other in node.ancestors()}
        chosen = set(innermost)
        for run in {id(self.runs[node]): self.runs[node] for node in innermost}.values():
            for node in run:
                if node not in above and not (_depth(node) == 0 and self.general(node)):
                    chosen.add(node)
        inside = {below for node in chosen for below in node.walk() if below is not node}
        levels = {(node.kind, _depth(node)) for node in innermost}
        for node in self.numbered:
            if node in chosen or node in above or node in inside or not _depth(node):
                continue
            at_level = (node.kind, _depth(node)) in levels and self._in_working_part(node, above)
            if at_level or self._leaf_beside_sections(node, above):
                chosen.add(node)
        return [node for node in self.numbered if node in chosen]

    def _in_working_part(self, node: Node, above: set[Node]) -> bool:
        """Whether an item without organs stands in a part of the document that sets tasks."""
        line = _numbered_above(node)
        if any(self.general(other) for other in line):
            return False
        top = line[-1]
        if top in above:
            return True
        run = self.runs[top]
        return any(other in above for other in run) and not (
            run[-1] is top and _CLOSING.search(self.title(top))
        )

    def _leaf_beside_sections(self, node: Node, above: set[Node]) -> bool:
        """（五） without sub-items beside （一）–（四） that hold the tasks: a task itself."""
        if node.children or len(self.read[node].own) < 40:
            return False
        return any(other in above for other in self.runs[node])

    def by_itself(self) -> list[Node]:
        """The innermost items of the working parts, in a plan that names no organ."""
        chosen = []
        for node in self.numbered:
            line = [node, *_numbered_above(node)]
            major_below = any(other.kind not in MINOR for other in node.walk() if other is not node)
            if node.kind not in MINOR and not major_below and not any(map(self.general, line)):
                chosen.append(node)
        return [node for node in chosen if not (_depth(node) == 0 and self._closes(node))]

    def _closes(self, node: Node) -> bool:
        run = self.runs[node]
        return run[-1] is node and len(run) > 2 and bool(_CLOSING.search(self.title(node)))

    def goal_setting(self, tasks: Iterable[Node]) -> list[Node]:
        """The outermost nodes under a heading with 目标 that neither are tasks nor hold any."""
        touched = {other for node in tasks for other in (*node.walk(), *node.ancestors())}
        found = [node for node in self.numbered if node not in touched and "目标" in self.title(node)]
        return [node for node in found if not any(other in found for other in node.ancestors())]

    def items(self, node: Node) -> Iterator[Item]:
        """The task that a node is; several, where its paragraphs each have a list of their own."""
        read = self.read[node]
        path = self._path(node)
        if not node.children:
            if parts := items.blocks(read, headed=True):
                for part in parts:
                    inner = (*path, self.title(node))
                    yield items.item(part.prose, part.organs, inner, part.own.start, part.own.end)
                return
            if self.runs[node][-1] is node:
                items.drop_tail(read)
        pieces = [read.prose.strip()]
        for below in node.walk():
            if below is not node:
                marker = (below.marker,) if below.marker else ()
                pieces.append(Passage.join((*marker, self.read[below].prose.strip()), between=""))
        whole = Passage.join(piece for piece in pieces if piece.text)
        end = max(self.read[other].own.end for other in node.walk())
        yield items.item(whole, self._organs(node), path, node.start, max(end, node.start), node)

    def _organs(self, node: Node) -> Organs:
        """Its own list; else that of the nearest item above; else what its text says."""
        own = self.read[node].organs
        if own.named:
            return own
        for above in _numbered_above(node):
            if self.read[above].organs.named:
                return self.read[above].organs.and_(own)
        return self._in_prose(node).and_(own)

    def _in_prose(self, node: Node) -> Organs:
        return responsible.in_prose(self.read[node].own)

    def _path(self, node: Node) -> tuple[str, ...]:
        above = [other for other in node.ancestors() if other.kind not in ("", "page")]
        return tuple(self.title(other) for other in reversed(above))


def _lift(below: Read, above: Read) -> None:
    """Move the lists of an item to the end of the item above it."""
    first = below.lists[0].start
    moved = below.own.cut(first)
    offset = len(above.own) + 1
    above.own = Passage.join((above.own, moved))
    above.lists += [
        Found(found.start - first + offset, found.end - first + offset, found.organs, found.own_line)
        for found in below.lists
    ]
    below.own, below.lists = below.own.cut(0, first).strip(), []


def _numbered_above(node: Node) -> list[Node]:
    return [other for other in node.ancestors() if other.kind not in _UNNUMBERED]


def _depth(node: Node) -> int:
    return len(_numbered_above(node))
