"""Checking somebody's .docx against GB/T 9704-2012: page, faces, lines, levels, numbers, dates, page numbers.

The rules and their words are data (layout.toml). Tables are left alone: the standard says little about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fazhi.documents import levels
from fazhi.documents.measures import (
    BOTTOM,
    LEFT,
    MM,
    PAGE,
    RIGHT,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_CELL,
    TOP,
    WIDTH,
)
from fazhi.documents.reading import Document, Line, Section, read
from fazhi.documents.rules import Finding, about_words, finding

_BODY = 28  # characters from which on a paragraph is running text for certain
_SHORT = 40  # a heading is not longer
_SIDES = {"right": "居右空一字", "left": "居左空一字"}

Numbered = tuple[int, Line]


def check(data: bytes) -> list[Finding]:
    """What is to be mended, page first, then by paragraph. Raises DocumentError where the file cannot be read."""
    document = read(data)
    lines = [(n, line) for n, line in enumerate(document.lines, 1) if line.text.strip()]
    found = [*_letters(document, lines), *_levels(lines), *_words(lines)]
    return [*_page(document), *_page_number(document), *sorted(found, key=lambda one: one.line)]


def _quote(line: Line) -> str:
    words = line.text.replace("\n", "").strip()
    return f"“{words[:16]}{'…' if len(words) > 16 else ''}”"


def _several(rule: str, lines: list[Numbered], **told: str | int) -> Finding:
    at, first = lines[0]
    place = _quote(first) + (f"等{len(lines)}处" if len(lines) > 1 else "")
    return finding(rule, at, place, **told)


def _page(document: Document) -> Iterator[Finding]:
    for n, section in enumerate(document.sections, 1):
        place = "页面设置" if len(document.sections) == 1 else f"页面设置（第{n}节）"
        if not _is_a4(section):
            size = f"{section.width / MM:.0f}×{section.height / MM:.0f}毫米"
            yield finding("page-size", 0, place, **{"is": size})
        elif section.width < section.height:
            wanted = {"上": (section.top, TOP), "右": (section.right, RIGHT)}
            wanted |= {"下": (section.bottom, BOTTOM), "左": (section.left, LEFT)}
            for side, (is_, should) in wanted.items():
                if abs(is_ - should) > MM * 1.1:
                    told = {"is": f"{is_ / MM:.1f}", "should": f"{should / MM:.0f}"}
                    yield finding("page-margin", 0, place, side=side, **told)


def _is_a4(section: Section) -> bool:
    return all(
        abs(a - b) < MM for a, b in zip(sorted((section.width, section.height)), sorted(PAGE), strict=True)
    )


def _page_number(document: Document) -> Iterator[Finding]:
    """— 1 — in 4号, on the outer side (7.5). Where the number is set in a frame, its side cannot be told."""
    found = {
        kind: next((line for line in document.footers.get(kind, ()) if line.page), None)
        for kind in ("default", "even")
    }
    odd, even = found["default"], found["even"]
    number = odd or even
    if number is None:
        yield finding("page-number", 0, "页脚")
        return
    words = re.sub(r"[\s\d]", "", number.text)
    if not re.fullmatch("[—―－]{2}", words):
        yield finding("page-number-form", 0, "页脚", **{"is": number.text.strip() or "1"})
    if number.size != SIZE_4:
        yield finding("page-number-size", 0, "页脚", **{"is": f"{number.size / 2:g}"})
    if not document.even_pages or even is None:
        yield finding("page-number-side", 0, "页脚", page="单、双页的", side="分别居右、居左空一字")
    elif odd is not None:
        for page, line, side in (("单页", odd, "right"), ("双页", even, "left")):
            if _side(line) != side:
                yield finding("page-number-side", 0, "页脚", page=page, side=_SIDES[side])


def _side(line: Line) -> str:
    return {"end": "right", "start": "left", "both": "left"}.get(line.align, line.align)


def _letters(document: Document, lines: list[Numbered]) -> Iterator[Finding]:
    body = _body(lines, document.tables)
    yield from _faces(body, ("仿宋", "FangSong"), "face-body")
    yield from _sizes(body)
    title = next(
        (x for x in lines if x[1].size >= SIZE_2 - 4 and not x[1].red and x[1].align == "center"), None
    )
    if title is not None:
        yield from _faces([title], ("小标宋", "XiaoBiaoSong"), "face-title")
        if title[1].size != SIZE_2:
            yield _several("size-title", [title], **{"is": f"{title[1].size / 2:g}"})
    for n, names in enumerate((("黑体", "SimHei"), ("楷体", "KaiTi"))):
        yield from _faces([x for x in lines if _heading(x[1]) == n + 1], names, f"face-level-{n + 1}")
    yield from _pitch(document, body)


def _body(lines: list[Numbered], tables: bool) -> list[Numbered]:
    """Running text. Small print beside a text of the right size is left alone, and that under a form."""
    prose = [
        (n, line)
        for n, line in lines
        if len(line.text) >= _BODY and not _heading(line) and line.align != "center"
    ]
    sizes = [line.size for _, line in prose]
    beside = SIZE_3 in sizes and sizes.count(SIZE_3) * 2 >= len(sizes)
    if beside or (tables and len(prose) == 1):
        prose = [(n, line) for n, line in prose if line.size > SIZE_CELL]
    return prose


def _heading(line: Line) -> int:
    """1 and 2 for headings that stand alone on their line; running text that begins like one is none."""
    if len(line.text) > _SHORT or "。" in line.text.rstrip("。"):
        return 0
    found = levels.level(line.text)
    return found[0] + 1 if found and found[0] < 2 else 0


def _faces(lines: Iterable[Numbered], names: tuple[str, ...], rule: str) -> Iterator[Finding]:
    wrong = [(n, line) for n, line in lines if not any(name in line.face for name in names)]
    if wrong:
        used = "、".join(dict.fromkeys(line.face or "未指定的字体" for _, line in wrong))
        yield _several(rule, wrong, **{"is": used})


def _sizes(body: list[Numbered]) -> Iterator[Finding]:
    wrong = [(n, line) for n, line in body if line.size != SIZE_3]
    if wrong:
        used = "、".join(dict.fromkeys(f"{line.size / 2:g}磅" for _, line in wrong))
        yield _several("size-body", wrong, **{"is": used})
    flush = [
        (n, line)
        for n, line in body
        if line.size
        and not line.left
        and not line.text.startswith(("　　", "附件"))
        and not 1.5 <= line.first_line / (line.size * 10) <= 2.5
        and not line.text.endswith(("：", ":"))  # whom it is addressed to
    ]
    if flush:
        yield _several("indent", flush)


def _pitch(document: Document, body: list[Numbered]) -> Iterator[Finding]:
    """Against the page of the standard: a wrong margin is told once, not again as a wrong pitch."""
    height = PAGE[1] - TOP - BOTTOM
    section = document.sections[-1] if document.sections else None
    grid = section.grid if section else 0
    if loose := [(n, line) for n, line in body if not line.exact and not grid]:
        yield _several("lines-loose", loose)
    pitches = [(n, line, line.pitch if line.exact else grid) for n, line in body]
    if wrong := [(n, line, pitch) for n, line, pitch in pitches if pitch > 0 and height // pitch != 22]:
        told = {"is": f"{wrong[0][2] / 20:g}", "count": height // wrong[0][2]}
        yield _several("lines-per-page", [(n, line) for n, line, _ in wrong], **told)
    widened = section.widened if section and section.char_grid else 0.0
    counts = [
        (n, x, int(WIDTH // max(1, x.size * 10 + x.squeeze + widened))) for n, x in body if x.size == SIZE_3
    ]
    if narrow := [(n, line) for n, line, count in counts if count != 28]:
        count = next(count for _, _, count in counts if count != 28)
        yield _several("chars-per-line", narrow, count=count)


def _levels(lines: list[Numbered]) -> Iterator[Finding]:
    """Where the word processor numbers paragraphs by itself, the text does not tell the numbers."""
    if any(line.numbered for _, line in lines):
        return
    for slip in levels.slips(line.text.strip() for _, line in lines):
        at, line = lines[slip.at]
        told = {"is": slip.is_, "under": slip.under}
        told |= {"before": slip.before} if slip.before else {}
        yield finding(slip.rule, at, _quote(line), **told)


def _words(lines: list[Numbered]) -> Iterator[Finding]:
    for at, line in lines:
        text = line.text.strip()
        for rule, pattern in about_words():
            if rule.where == "anywhere":
                if found := pattern.search(text):
                    yield finding(rule.id, at, f"“{found[0]}”")
            elif pattern.match(text) if rule.where == "start" else pattern.fullmatch(text):
                yield finding(rule.id, at, _quote(line))
