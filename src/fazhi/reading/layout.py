"""From the lines of printed pages to running text: page numbers and running heads taken out, paragraphs put together again.

The pages may come from a .pdf or from the recognition of a picture; a row is what stands on one line, with its box.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fazhi.reading.source import Left


class Row(NamedTuple):
    """One printed line. The box is in points from the page's upper left corner; cells of a table are a tab apart."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def em(self) -> float:
        """The width of a Chinese character of this line."""
        wide = sum(1.0 if each > "\u2e7f" else 0.5 for each in self.text)
        return (self.right - self.left) / wide if wide else self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    width: float
    height: float
    rows: tuple[Row, ...]


class Laid(NamedTuple):
    text: str
    lines: tuple[tuple[int, int, int], ...]  # (offset, page, line of the page), all from 1 but the offset
    left_out: tuple[Left, ...]


_ZONE = 0.12  # share of the page's height at its top and its foot where running heads and page numbers stand
_DASH = "—–―‐‑‒−_\\-－~·•\\s"
_NUMBER = re.compile(
    f"[{_DASH}]*(第?)\\s*(\\d{{1,4}})\\s*(页?)\\s*(?:[/／，,、]?\\s*共?\\s*\\d{{1,4}}\\s*页?)?[{_DASH}]*"
)
_BARE = re.compile(r"\s*\d{1,4}\s*")
_ITEM = re.compile(
    r"（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、|第[一二三四五六七八九十百]+[章节条]|[（(]?\d{1,2}[）)．.、](?!\d)|附件"
)
_PROSE = re.compile("[，。；、：].*[，。；、]|.{60}")  # no running head
_END = "。！？；：…”"


def lay(pages: Sequence[Page]) -> Laid:
    """The text of the pages, with the place of every printed line in it."""
    gone, left_out = _furniture(pages)
    edges = _edges(pages, gone)
    pieces: list[str] = []
    lines: list[tuple[int, int, int]] = []
    at = 0
    before: tuple[Row, int] | None = None
    for number, page in enumerate(pages):
        for line, row in enumerate(page.rows):
            if (number, line) in gone:
                continue
            if before is not None:
                between = "\n"
                if _goes_on(before[0], row, edges[before[1]], edges[number], before[1] == number):
                    between = " " if _is_latin(before[0].text[-1:]) and _is_latin(row.text[:1]) else ""
                pieces.append(between)
                at += len(between)
            lines.append((at, number + 1, line + 1))
            pieces.append(row.text)
            at += len(row.text)
            before = row, number
    return Laid("".join(pieces), tuple(lines), left_out)


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _furniture(pages: Sequence[Page]) -> tuple[set[tuple[int, int]], tuple[Left, ...]]:
    """Which lines are page numbers or stand at the head or foot of page after page."""
    heads: list[tuple[int, int, bool, Row]] = []  # page, line, at the top
    for number, page in enumerate(pages):
        for line, row in enumerate(page.rows):
            middle = (row.top + row.bottom) / 2
            if middle < _ZONE * page.height or middle > (1 - _ZONE) * page.height:
                heads.append((number, line, middle < page.height / 2, row))
    seen = Counter({(top, _shape(row.text)): 0 for _, _, top, row in heads})
    for _, _, top, shape in {(number, 0, top, _shape(row.text)) for number, _, top, row in heads}:
        seen[top, shape] += 1
    steps = Counter(int(row.text) - number for number, _, _, row in heads if _BARE.fullmatch(row.text))
    often = 2 if len(pages) <= 4 else 3
    gone: set[tuple[int, int]] = set()
    numbers: list[tuple[int, str]] = []
    running: dict[tuple[str, str], Left] = {}
    for number, line, top, row in heads:
        text = row.text.strip()
        if _is_number(text, number, len(pages), steps):
            numbers.append((number, text))
        elif len(pages) > 1 and seen[top, _shape(text)] >= often and not _PROSE.search(text):
            what = "页眉" if top else "页脚"
            running.setdefault((what, _shape(text)), Left(what, text, number + 1))
        else:
            continue
        gone.add((number, line))
    told = list(running.values())
    if numbers:
        first, last = numbers[0][1], numbers[-1][1]
        told.append(Left("页码", first if len(numbers) == 1 else f"{first} …… {last}", numbers[0][0] + 1))
    return gone, tuple(told)


def _shape(text: str) -> str:
    """The same for “第3页” and “第4页”."""
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", text))


def _is_number(text: str, page: int, pages: int, steps: Counter[int]) -> bool:
    """Dashes or 第…页 make a page number; bare digits only when they count the pages."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return False
    if not _BARE.fullmatch(text):
        return bool(found[1] and found[3]) or any(each in text for each in "—–―‐‑‒−-－/／共·•")
    return steps[int(text) - page] >= 2 or (pages == 1 and int(text) == 1)


class _Edge(NamedTuple):
    left: float
    right: float


def _edges(pages: Sequence[Page], gone: set[tuple[int, int]]) -> list[_Edge]:
    """Between which margins each page's lines run; a page with few full lines takes those of the others."""
    own: list[_Edge | None] = []
    for number, page in enumerate(pages):
        rows = [
            row for line, row in enumerate(page.rows) if (number, line) not in gone and "\t" not in row.text
        ]
        wide = [row for row in rows if row.right - row.left > 0.45 * page.width]
        own.append(_Edge(_near(sorted(row.left for row in wide), 0), _near(sorted(row.right for row in wide), -1)) if len(wide) >= 3 else None)  # fmt: skip
    known = [edge for edge in own if edge]
    if not known:
        rows = [row for page in pages for row in page.rows]
        usual = _Edge(min((row.left for row in rows), default=0), max((row.right for row in rows), default=0))
    else:
        usual = _Edge(
            sorted(e.left for e in known)[len(known) // 2], sorted(e.right for e in known)[len(known) // 2]
        )
    return [edge or usual for edge in own]


def _near(values: Sequence[float], end: int) -> float:
    """The outermost of sorted values that does not stand alone (a line that sticks out is no margin)."""
    ordered = values if end == 0 else values[::-1]
    for one, other in itertools.pairwise(ordered):
        if abs(one - other) < 6:
            return one
    return ordered[0]


def _goes_on(row: Row, following: Row, edge: _Edge, next_edge: _Edge, same_page: bool) -> bool:
    """Whether a paragraph goes on from one printed line to the next."""
    em = row.em
    if "\t" in row.text or "\t" in following.text or not 0.8 < following.em / em < 1.25:
        return False
    if row.right - row.left < 8 * em:
        return False  # too short to be a full line anywhere
    word = re.match(
        r"[A-Za-z0-9.,%％]+", following.text
    )  # does not break, so that a line may end before the margin
    slack = 1.7 if row.text[-1] in _END else 4.5  # marks that may not begin a line pull words over with them
    if row.right < edge.right - (slack + (0.5 * len(word[0]) if word else 0)) * em:
        return False
    if following.left > next_edge.left + 0.8 * em:
        return False  # a first line is indented
    height = row.bottom - row.top
    if same_page and not -height < following.top - row.bottom < 1.8 * height:
        return False
    return not (row.text[-1] in _END and _ITEM.match(following.text))


def rows_in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows that stand side by side become one, their texts a tab apart; empty ones are left out."""
    joined: list[Row] = []
    for row in rows:
        if not row.text.strip():
            continue
        last = joined[-1] if joined else None
        if last is not None and row.left >= last.right and _overlap(last, row) > 0.6:
            gap = row.left - last.right
            joined[-1] = Row(
                last.text + ("\t" if gap > 1.2 * row.em else "") + row.text, last.left, min(last.top, row.top), row.right, max(last.bottom, row.bottom)
            )  # fmt: skip
        else:
            joined.append(row)
    return tuple(joined)


def _overlap(one: Row, other: Row) -> float:
    """How much of the lower of two rows lies beside the other."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / max(0.1, min(one.bottom - one.top, other.bottom - other.top))
