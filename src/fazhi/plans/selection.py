"""Which items of an outline are tasks, and what belongs to each.

Lists of responsible organs show it: the innermost items that carry one are tasks. Then come the items of the same list
that carry none (somebody forgot, or nobody is responsible yet): a task is never dropped silently. A document without
any list of organs is read by its outline alone, if its title says that it is a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from fazhi.plans import dates, responsible
from fazhi.plans.organs import Organs
from fazhi.plans.outline import MINOR, Node
from fazhi.plans.passage import Passage
from fazhi.plans.responsible import Found

_UNNUMBERED = frozenset({"", "page", "plain"})
_GENERAL = re.compile(
    r"指导思想|总体(?:要求|思路|目标|安排)|(?:工作|主要|总体|年度|发展|创建)目标|基本原则|工作原则|目标要求|^目标$|"
    r"(?:工作|有关|相关|几点|具体|组织)要求$|^(?:组织|工作|制度|服务|要素|强化|加强|落实|完善)?(?:组织|工作)?保障(?:措施)?$|保障措施|"
    r"组织实施|组织领导$|(?:实施|工作|方法|创建)步骤|(?:时间|进度)安排|附则|总则|^背景|(?:重要|重大)意义|适用范围|考核奖惩|督导考核"
)
_CLOSING = re.compile(r"要求|保障|落实|领导|组织|机制|督导|考核|实施|推进")
_STOP = re.compile(r"[。!?]")
_HEAD_WORD = re.compile(r"(?:工作|重点|主要|具体|目标)?(?:任务|内容|措施|举措|事项)(?:名称)?\s*:\s*")


@dataclass(frozen=True, slots=True)
class Item:
    """A task as found. `whole` is all its prose, title included, without number and lists of organs."""

    number: str
    kind: str
    order: int
    path: tuple[str, ...]
    title: str
    text: str
    whole: Passage
    organs: Organs
    start: int
    end: int

    def due(self, year: int | None) -> date | None:
        days = [day for words in self.organs.due if (day := dates.last_day(words, year))]
        return max(days) if days else None


@dataclass(slots=True)
class _Read:
    """A node's own prose and the lists of organs in it."""

    own: Passage
    lists: list[Found] = field(default_factory=list)

    @property
    def organs(self) -> Organs:
        organs = Organs()
        for found in self.lists:
            organs = organs.and_(found.organs)
        return organs

    @property
    def prose(self) -> Passage:
        return self.own.without((found.start, found.end) for found in self.lists)


def select(document: Node, *, named_plan: bool) -> tuple[list[Item], list[Node]]:
    """The tasks of an outline, and the nodes of its general part that set goals."""
    reading = {id(node): _read(node) for node in document.walk()}
    selection = _Selection(document, reading)
    selection.lift_closing_lists()
    chosen = selection.tasks()
    if not chosen and (loose := list(_loose(document, reading))):
        return loose, []
    if not chosen and named_plan:
        chosen = selection.by_outline_alone()
    items = [item for node in chosen for item in selection.items(node)]
    return items, [node for node in selection.numbered if selection.sets_goals(node, chosen)]


def _read(node: Node) -> _Read:
    own = Passage.join(node.paragraphs)
    return _Read(own, responsible.find(own))


class _Selection:
    def __init__(self, document: Node, reading: dict[int, _Read]) -> None:
        self.reading = reading
        self.numbered = [node for node in document.walk() if node.kind not in _UNNUMBERED]

    def named(self, node: Node) -> bool:
        return bool(self.reading[id(node)].organs.named)

    def below(self, node: Node) -> Iterator[Node]:
        return (other for other in node.walk() if other is not node)

    def named_below(self, node: Node) -> bool:
        return any(self.named(other) for other in self.below(node))

    def title(self, node: Node) -> str:
        return title_of(self.reading[id(node)].prose)

    def general(self, node: Node) -> bool:
        title = self.title(node)
        return len(title) <= 24 and bool(_GENERAL.search(title))

    def lift_closing_lists(self) -> None:
        """A list behind the last of several sub-items stands for all of them: it belongs to the item above.

        Certain for （1）（2）（3）; for other kinds only if it is so throughout the document.
        """
        groups: dict[tuple[str, str], list[tuple[Node, Node, bool]]] = {}
        for node in self.numbered:
            if not node.children or self.named(node):
                continue
            last = node.children[-1]
            few = len(node.children) < 2 or any(child.kind != last.kind for child in node.children)
            if few or not self.named_below(node):
                continue
            only_last = self.named(last) and not any(self.named(child) for child in node.children[:-1])
            closing = (
                only_last and not self.named_below(last) and not any(map(self.named_below, node.children))
            )
            groups.setdefault((node.kind, last.kind), []).append((node, last, closing))
        for (_, kind), members in groups.items():
            throughout = all(closing for _, _, closing in members)
            own_line = all(
                all(found.own_line for found in self.reading[id(last)].lists) for _, last, _ in members
            )
            for node, last, closing in members:
                if closing and (kind in MINOR or (throughout and (len(members) > 1 or own_line))):
                    self._lift(node, last)

    def _lift(self, node: Node, last: Node) -> None:
        below, above = self.reading[id(last)], self.reading[id(node)]
        first = below.lists[0].start
        moved = below.own.cut(first)
        offset = len(above.own) + 1
        above.own = Passage.join((above.own, moved))
        above.lists += [
            Found(found.start - first + offset, found.end - first + offset, found.organs, found.own_line)
            for found in below.lists
        ]
        below.own, below.lists = below.own.cut(0, first).strip(), []

    def tasks(self) -> list[Node]:
        innermost = [node for node in self.numbered if self.named(node) and not self.named_below(node)]
        if not innermost:
            return []
        chosen = {id(node) for node in innermost}
        taken = {id(node) for node in innermost} | {
            id(above) for node in innermost for above in node.ancestors()
        }
        for node in innermost:
            for sibling in node.run():
                outermost_general = _depth(sibling) == 0 and self.general(sibling)
                if id(sibling) not in taken and not outermost_general:
                    chosen.add(id(sibling))
        levels = {(node.kind, _depth(node)) for node in innermost}
        inside = {id(below) for node in self.numbered if id(node) in chosen for below in self.below(node)}
        for node in self.numbered:
            if id(node) in chosen or id(node) in taken or id(node) in inside:
                continue
            if (
                _depth(node) and (node.kind, _depth(node)) in levels and self._in_working_part(node, taken)
            ) or self._leaf_beside_sections(node, innermost):
                chosen.add(id(node))
        return [node for node in self.numbered if id(node) in chosen]

    def _in_working_part(self, node: Node, taken: set[int]) -> bool:
        """Whether an item without organs stands in a part of the document that sets tasks."""
        above = [other for other in node.ancestors() if other.kind not in _UNNUMBERED]
        if any(self.general(other) for other in above):
            return False
        top = above[-1]
        if id(top) in taken:
            return True
        run = top.run()
        beside_tasks = any(id(other) in taken for other in run)
        return beside_tasks and not (run[-1] is top and _CLOSING.search(self.title(top)))

    def _leaf_beside_sections(self, node: Node, innermost: Sequence[Node]) -> bool:
        """（五） without sub-items beside （一）–（四） that hold the tasks: a task itself."""
        if node.children or not _depth(node) or len(self.reading[id(node)].own) < 40:
            return False
        sections = {id(task.parent) for task in innermost}
        return any(id(other) in sections for other in node.run())

    def by_outline_alone(self) -> list[Node]:
        chosen = []
        for node in self.numbered:
            line = [node, *(other for other in node.ancestors() if other.kind not in _UNNUMBERED)]
            major_below = any(other.kind not in MINOR for other in self.below(node))
            if node.kind not in MINOR and not major_below and not any(map(self.general, line)):
                chosen.append(node)
        return [
            node
            for node in chosen
            if not (_depth(node) == 0 and node.run()[-1] is node and self._closes(node))
        ]

    def _closes(self, node: Node) -> bool:
        return bool(_CLOSING.search(self.title(node))) and len(node.run()) > 2

    def sets_goals(self, node: Node, chosen: Iterable[Node]) -> bool:
        chosen = list(chosen)
        touches = any(
            other is node or node in other.ancestors() or other in node.ancestors() for other in chosen
        )
        nested = any(
            "目标" in self.title(other) for other in node.ancestors() if other.kind not in _UNNUMBERED
        )
        return "目标" in self.title(node) and not touches and not nested

    def items(self, node: Node) -> Iterator[Item]:
        """The task that a node is; several, where its paragraphs each have a list of their own."""
        read = self.reading[id(node)]
        path = self._path(node)
        if not node.children and (blocks := _blocks(read)):
            inner = (*path, self.title(node))
            for part in blocks:
                yield _item(part.prose, part.organs, inner, part.own.start, part.own.end)
            return
        _drop_tail(node, read)
        parts = [read.prose.strip()]
        for below in self.below(node):
            marker = (below.marker,) if below.marker else ()
            parts.append(Passage.join((*marker, self.reading[id(below)].prose.strip()), between=""))
        organs = read.organs
        if not organs.named:
            for above in node.ancestors():
                inherited = self.reading[id(above)].organs if above.kind not in _UNNUMBERED else Organs()
                if inherited.named:
                    organs = inherited.and_(organs)
                    break
        whole = Passage.join(part for part in parts if part.text)
        end = max((self.reading[id(other)].own.end for other in node.walk()), default=node.start)
        yield _item(whole, organs, path, node.start, end, node)

    def _path(self, node: Node) -> tuple[str, ...]:
        above = [other for other in node.ancestors() if other.kind not in ("", "page")]
        return tuple(self.title(other) for other in reversed(above))


def _depth(node: Node) -> int:
    return sum(1 for other in node.ancestors() if other.kind not in _UNNUMBERED)


def _item(
    whole: Passage, organs: Organs, path: tuple[str, ...], start: int, end: int, node: Node | None = None
) -> Item:
    lines = [line for line in _lines(whole) if line.text]
    title = title_of(whole)
    body = lines[1:] if len(lines) > 1 and _only_title(lines[0], title) else lines
    return Item(
        number=node.number if node else "",
        kind=node.kind if node else "",
        order=node.order if node else 0,
        path=path,
        title=title,
        text="\n".join(line.text for line in body),
        whole=whole,
        organs=organs,
        start=start,
        end=end,
    )


def _lines(passage: Passage) -> Iterator[Passage]:
    last = 0
    for place, character in enumerate(passage.text):
        if character == "\n":
            yield passage.cut(last, place).strip()
            last = place + 1
    yield passage.cut(last).strip()


def title_of(prose: Passage) -> str:
    """The title of an item: its first sentence, or its first line where that is all it holds."""
    line = next((line for line in _lines(prose) if line.text), None)
    if line is None:
        return ""
    if word := _HEAD_WORD.match(line.plain):
        line = line.cut(word.end()) if word.end() < len(line) else line
    if framed := re.match(r"\(([^()]{2,60})\)", line.plain):
        return line.cut(1, framed.end() - 1).strip().text
    spaced = re.match(r"[^\s,。;:、()]{4,40}(?=\s{2,}\S|\s\S{20})", line.plain)
    end = spaced.end() if spaced else _first_stop(line.plain)
    return line.cut(0, end).strip(" 。;,:、.").text


def _first_stop(plain: str) -> int:
    """Where the first sentence ends; a short heading may end with a colon instead."""
    depth = 0
    for place, character in enumerate(plain):
        if character in "(“《":
            depth += 1
        elif character in ")”》":
            depth = max(0, depth - 1)
        elif (depth == 0 and character in "。!?") or (
            depth == 0 and character == ":" and 4 <= place <= 30 and not re.search("[,;]", plain[:place])
        ):
            return place
    stop = _STOP.search(plain)
    return stop.start() if stop else len(plain)


def _only_title(line: Passage, title: str) -> bool:
    return (
        line.strip(" 。;,:、.()").text == title or _HEAD_WORD.sub("", line.plain).strip(" 。;,:、.") == title
    )


def _drop_tail(node: Node, read: _Read) -> None:
    """Paragraphs after the last task's list are the document's close, unless its prose comes after the list."""
    if not read.lists or node.children or node.run()[-1] is not node:
        return
    first, last = read.lists[0], read.lists[-1]
    before = read.own.cut(0, first.start).strip()
    complete = "。" in before.plain or "\n" in before.plain
    if complete and read.own.plain[last.end :].startswith("\n"):
        read.own = read.own.cut(0, last.end)


def _blocks(read: _Read, fewest: int = 2) -> list[_Read]:
    """The parts of a heading's prose that each end with a list of organs of their own, if there are several."""
    own = read.own
    first_line = own.plain.split("\n")[0]
    heading = 0
    if fewest == 2:
        if "。" in first_line.rstrip("。") or any(found.start < len(first_line) for found in read.lists):
            return []
        heading = len(first_line) + 1
    parts: list[_Read] = []
    begin = heading
    for index, found in enumerate(read.lists):
        following = read.lists[index + 1] if index + 1 < len(read.lists) else None
        if following and not own.plain[found.end : following.start].strip():
            continue
        if following and "\n" not in own.plain[found.end : following.start]:
            continue
        part = own.cut(begin, found.end)
        lists = [
            Found(one.start - begin, one.end - begin, one.organs, one.own_line)
            for one in read.lists
            if begin <= one.start < found.end
        ]
        block = _Read(part, lists)
        if block.prose.strip().text and block.organs.named:
            parts.append(block)
            begin = found.end
    return parts if len(parts) >= fewest else []


def _loose(document: Node, reading: dict[int, _Read]) -> Iterator[Item]:
    """Tasks without numbers, in a document without numbered ones: paragraphs that end with a list of organs."""
    for node in document.walk():
        read = reading[id(node)]
        if node.kind not in ("", "page") or not read.organs.named:
            continue
        for block in _blocks(read, fewest=1):
            whole = block.prose.strip()
            last = whole.plain.rstrip().rfind("\n")
            paragraph = whole.cut(
                last + 1
            )  # what stands above it in the head of the document is no part of it
            yield _item(paragraph, block.organs, (), paragraph.start, block.own.end)
