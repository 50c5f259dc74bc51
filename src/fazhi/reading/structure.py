"""The scope of figures: paragraphs, sentences, clauses and brackets, and what stands before and behind each figure.

A paragraph is a line. A figure in brackets is a child of the figure before the bracket; the words 其中, 另有 and 结转
between figures say whether what follows is a part or a sibling. Nothing here judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from fazhi.reading.figure import Figure

_SENTENCE = re.compile(r"[。！？!?\n]")
_CLAUSE = re.compile(r"[，,；;：:。！？!?、（）()“”\n\t|]")
_OPEN = "(（"
_CLOSE = ")）"
# A line with these is about what is to come; its figures are aims, no facts.
_AIM = re.compile(
    r"力争|目标是|预期|计划(?:完成|新增|新建)|到20\d\d年(?:底|末)?|确保|不低于|控制在|明年|下一步|将(?:达到|完成|新增)|争取"
)
_AIM_HEADING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）])?.{0,16}(?:下一步|工作思路|工作打算|工作计划|工作安排|主要目标|目标任务|预期目标|努力方向|下阶段)"
)


class Mark:
    """A figure in its place: sentence and clause number, bracket depth, and the words around it."""

    __slots__ = (
        "clause",
        "depth",
        "exact",
        "figure",
        "head",
        "index",
        "is_percent",
        "is_quantity",
        "post",
        "pre",
        "sentence",
        "value",
    )

    def __init__(self, figure: Figure, index: int) -> None:
        self.figure = figure
        self.index = index
        self.value = figure.value
        self.exact = figure.bound == "exact"
        self.is_percent = figure.kind == "percent"
        self.is_quantity = figure.kind in ("count", "money")
        self.sentence = 0
        self.clause = 0
        self.depth = 0
        self.pre = ""  # from the figure before, or the sentence's start
        self.head = ""  # from the clause's start
        self.post = ""  # to the next figure, or the sentence's end

    @property
    def span(self) -> tuple[int, int]:
        return self.figure.start, self.figure.end

    def __repr__(self) -> str:
        return f"<{self.head}[{self.figure.text}]{self.figure.unit}>"


class Paragraph:
    """A line with its figures. `start` is the offset of its first character; `text` is half-width in its digits."""

    def __init__(self, text: str, start: int, end: int, figures: list[Figure], aim: bool) -> None:
        self.whole = text
        self.start = start
        self.end = end
        self.text = text[start:end]
        self.figures = figures
        self.under_aims = aim
        self._aimed: dict[int, bool] = {}
        self.listed: dict[int, list[Mark]] = {}  # lists already followed, by their first figure
        self.names: dict[int, str] = {}  # of the figures, once asked for
        self.earlier: dict[int, bool] = {}  # whether they are told of an earlier time
        self.ends = self._ends()
        self.brackets = self._brackets() if "(" in self.text or "（" in self.text else []
        self.marks = self._marks()
        self.sentences = self._sentences()

    def _ends(self) -> list[int]:
        """Offsets behind each sentence."""
        ends = [self.start + found.end() for found in _SENTENCE.finditer(self.text)]
        if "\n" in self.text:  # lines put together: none of these ends is a sentence's
            ends = [end for end in ends if self.whole[end - 1] != "\n" or not _goes_on(self.whole, end - 1)]
        if not ends or ends[-1] != self.end:
            ends.append(self.end)
        return ends

    def _brackets(self) -> list[tuple[int, int]]:
        """Where brackets open and close, innermost first among those that close together."""
        stack: list[int] = []
        spans: list[tuple[int, int]] = []
        for found in re.finditer(r"[()（）]", self.text):
            if found[0] in _OPEN:
                stack.append(self.start + found.start())
            elif stack:
                spans.append((stack.pop(), self.start + found.end()))
        return sorted(spans)

    def depth(self, at: int) -> int:
        return sum(1 for opened, closed in self.brackets if opened < at < closed)

    def _marks(self) -> list[Mark]:
        marks: list[Mark] = []
        sentence, begin, clause = 0, self.start, 0
        whole, ends = self.whole, self.ends
        bracketed = bool(self.brackets)
        previous = self.start
        for index, figure in enumerate(self.figures):
            while figure.start >= ends[sentence]:
                begin = ends[sentence]
                sentence += 1
                clause += 1
                previous = begin
            mark = Mark(figure, index)
            mark.sentence = sentence
            if marks and marks[-1].sentence != sentence:
                marks[-1].post = whole[marks[-1].figure.after : ends[marks[-1].sentence]]
            elif marks:
                marks[-1].post = whole[marks[-1].figure.after : figure.start]
            mark.pre = whole[previous : figure.start]
            cut = 0
            for found in _CLAUSE.finditer(mark.pre):
                cut = found.end()
                if found[0] != "、":
                    clause += 1
            mark.head = mark.pre[cut:].strip()
            mark.clause = clause
            mark.depth = self.depth(figure.start) if bracketed else 0
            previous = figure.after
            marks.append(mark)
        if marks:
            marks[-1].post = whole[marks[-1].figure.after : ends[marks[-1].sentence]]
        for mark, following in pairwise(reversed(marks)):
            bare = following.figure  # 214、163、148户次: the measure word stands behind the last alone
            if not bare.unit and bare.kind == "count" and mark.pre in ("、", "和") and mark.is_quantity:
                following.figure = bare._replace(unit=mark.figure.unit, kind=mark.figure.kind)
        return marks

    def _sentences(self) -> list[list[Mark]]:
        """The figures of each sentence that has any."""
        groups: dict[int, list[Mark]] = {}
        for mark in self.marks:
            groups.setdefault(mark.sentence, []).append(mark)
        return list(groups.values())

    def sentence_text(self, mark: Mark) -> str:
        ends = self.ends
        begin = ends[mark.sentence - 1] if mark.sentence else self.start
        return self.whole[begin : ends[mark.sentence]]

    def aims(self, mark: Mark) -> bool:
        """Whether the figure is planned and not done."""
        if self.under_aims:
            return True
        if mark.sentence not in self._aimed:
            self._aimed[mark.sentence] = _AIM.search(self.sentence_text(mark)) is not None
        return self._aimed[mark.sentence]

    def between(self, one: Mark, other: Mark) -> str:
        return self.whole[one.figure.after : other.figure.start]


def paragraphs(line: str, figures: list[Figure]) -> Iterator[Paragraph]:
    """Every line with a figure, in order."""
    aim = False
    at, count, start = 0, len(figures), 0
    size = len(line)
    while start < size and at < count:
        end = line.find("\n", start)
        end = size if end == -1 else end
        while end < size and end - start < _WRAPPED and _goes_on(line, end):
            end = line.find("\n", end + 1)
            end = size if end == -1 else end
        if end - start < 40 and line[start:end].strip() and _HEADING.match(line, start, end):
            aim = _AIM_HEADING.match(line[start:end]) is not None
        first = at
        while at < count and figures[at].start < end:
            at += 1
        if at > first:
            yield Paragraph(line, start, end, figures[first:at], aim)
        start = end + 1


def _goes_on(line: str, end: int) -> bool:
    """Whether the sentence goes on in the next line."""
    if line[end - 1 : end] in _COMMAS:
        return True
    return line[end + 1 : end + 2] in _ONWARD and (
        line[end + 1] in _COMMAS or line.startswith(("其中", "含", "包括"), end + 2)
    )


_WRAPPED = 800  # characters of lines put together
_COMMAS, _ONWARD = frozenset("，、"), frozenset("，、（(")
_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）])")
