"""A task as it stands in the document: its title, its prose, its lists of organs, without judging which items are tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from fazhi.plans import dates, responsible
from fazhi.plans.organs import Organs
from fazhi.plans.outline import Node
from fazhi.plans.passage import Passage
from fazhi.plans.responsible import Found

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
class Read:
    """The own prose of a node of the outline, and the lists of organs in it."""

    own: Passage
    lists: list[Found] = field(default_factory=list)
    given: Organs = field(default_factory=Organs)  # by a list that stands for several items
    passed_on: bool = False  # its own list was given to the items below it

    @property
    def organs(self) -> Organs:
        organs = Organs()
        for found in self.lists if not self.passed_on else ():
            organs = organs.and_(found.organs)
        return organs if organs.named else self.given.and_(organs)

    @property
    def prose(self) -> Passage:
        return self.own.without((found.start, found.end) for found in self.lists)


def read(node: Node) -> Read:
    own = Passage.join(node.paragraphs)
    return Read(own, responsible.find(own))


def item(
    whole: Passage, organs: Organs, path: tuple[str, ...], start: int, end: int, node: Node | None = None
) -> Item:
    """A task of this prose. Its text leaves out the first line where that is only the title."""
    lines = [line for line in _lines(whole) if line.text]
    title = title_of(whole)
    body = lines[1:] if len(lines) > 1 and _is_title(lines[0], title) else lines
    return Item(
        number=node.number if node else "",
        kind=node.kind if node else "",
        order=node.order if node else 0,
        path=path,
        title=title,
        text="\n".join(line.text for line in body).rstrip("；;，,、"),
        whole=whole,
        organs=organs,
        start=start,
        end=end,
    )


def title_of(prose: Passage) -> str:
    """The title of an item: its first sentence, or its first line where that is all it holds."""
    line = next((line for line in _lines(prose) if line.text), None)
    if line is None:
        return ""
    if (word := _HEAD_WORD.match(line.plain)) and word.end() < len(line):
        line = line.cut(word.end())
    if framed := re.match(r"\(([^()]{2,60})\)", line.plain):
        return line.cut(1, framed.end() - 1).strip().text
    if line.plain.endswith(")") and line.plain.count("(") < line.plain.count(")"):
        line = line.cut(0, len(line) - 1)  # 【一、平等保护】, whose first half went with the number
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


def _is_title(line: Passage, title: str) -> bool:
    return title in (line.strip(" 。;,:、.()").text, _HEAD_WORD.sub("", line.plain).strip(" 。;,:、."))


def _lines(passage: Passage) -> Iterator[Passage]:
    last = 0
    for place, character in enumerate(passage.text):
        if character == "\n":
            yield passage.cut(last, place).strip()
            last = place + 1
    yield passage.cut(last).strip()


def drop_tail(of: Read) -> None:
    """Paragraphs after the list of the last task are the document's close, unless its prose comes after the list."""
    if not of.lists:
        return
    first, last = of.lists[0], of.lists[-1]
    before = of.own.cut(0, first.start).strip()
    complete = "。" in before.plain or "\n" in before.plain
    if complete and of.own.plain[last.end :].startswith("\n"):
        of.own = of.own.cut(0, last.end)


def blocks(of: Read, *, headed: bool) -> list[Read]:
    """The parts of a node's prose that each end with a list of organs of their own.

    `headed`: only below a line that is no more than a heading, and only if there are several; then each is a task.
    """
    own, begin = of.own, 0
    if headed:
        first_line = own.plain.split("\n")[0]
        if "。" in first_line.rstrip("。") or any(found.start < len(first_line) for found in of.lists):
            return []
        begin = len(first_line) + 1
    parts: list[Read] = []
    for index, found in enumerate(of.lists):
        following = of.lists[index + 1] if index + 1 < len(of.lists) else None
        between = own.plain[found.end : following.start] if following else "\n."
        if not between.strip() or "\n" not in between:
            continue  # two lists side by side, or in one paragraph
        lists = [
            Found(one.start - begin, one.end - begin, one.organs, one.own_line)
            for one in of.lists
            if begin <= one.start < found.end
        ]
        part = Read(own.cut(begin, found.end), lists)
        if part.prose.strip().text and part.organs.named:
            parts.append(part)
            begin = found.end
    return parts if len(parts) > headed else []


def loose(nodes: Iterable[tuple[Node, Read]]) -> Iterator[Item]:
    """Tasks without numbers, in a document without numbered ones: paragraphs that end with a list of organs."""
    for node, of in nodes:
        if node.kind not in ("", "page") or not of.organs.named:
            continue
        for part in blocks(of, headed=False):
            whole = part.prose.strip()
            paragraph = whole.cut(whole.plain.rfind("\n") + 1)  # above it stands the head of the document
            if _STOP.search(paragraph.plain):  # 主办单位：县政府办公室 at the foot of a page is no task
                yield item(paragraph, part.organs, (), paragraph.start, part.own.end)
