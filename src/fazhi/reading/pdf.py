"""The printed lines of a .pdf, read with PDFium; pages that are pictures are handed to the recognition, where it is installed.

PDFium is native code and files come from anywhere: `fazhi.reading.apart` runs this in a process of its own.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from fazhi.reading import grid
from fazhi.reading.errors import ReadingError
from fazhi.reading.layout import Page, Row, rows_in_order

PAGES = 2000  # pages of one file
_CJK = "\u2e7f"  # every character above is as wide as it is high


class Printed(NamedTuple):
    """`pictures` are the numbers (from 1) of pages without text of their own; `cut` a file whose end is missing."""

    pages: tuple[Page, ...]
    pictures: tuple[int, ...]
    cut: bool


def read(
    data: bytes,
    recognise: Callable[[Any], tuple[Row, ...]] | None = None,
    most: int = 0,
    tables: bool = False,
) -> Printed:
    """The lines of every page. `recognise` turns a page's picture (72 dpi points) into rows, for at most `most` pages.

    `tables`: a row of a ruled table is one line, whatever number of printed lines its cells have.
    """
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _unopened(error) from error
    try:
        if not len(document):
            raise ReadingError("PDF 里没有页，可能没有传完整", next="请重新下载这份文件后再试。")
        if len(document) > PAGES:
            raise ReadingError(f"PDF 有 {len(document)} 页，超过 {PAGES} 页，没有读取", next="请拆分后再试。")
        pages = [_page(document, number, tables) for number in range(len(document))]
        pictures = tuple(number for number, (_, picture) in enumerate(pages, 1) if picture)
        read_pages = [page for page, _ in pages]
        if recognise is not None and pictures:
            if len(pictures) > most:
                raise ReadingError(
                    f"PDF 有 {len(pictures)} 页是图片，一次最多识别 {most} 页",
                    next="请拆分后再试，或者用命令行 fazhi check 核校。",
                )
            for number in pictures:
                page = document[number - 1]
                rows = recognise(page)
                read_pages[number - 1] = Page(page.get_width(), page.get_height(), rows)
                page.close()
        return Printed(tuple(read_pages), pictures, b"%%EOF" not in data[-2048:])
    finally:
        document.close()


def _unopened(error: Any) -> ReadingError:
    import pypdfium2.raw as c  # type: ignore[import-untyped]

    if error.err_code == c.FPDF_ERR_PASSWORD:
        return ReadingError("PDF 设了打开密码，读不了", next="请去掉密码后再试。")
    if error.err_code == c.FPDF_ERR_SECURITY:
        return ReadingError("PDF 的加密方式不认识，读不了", next="请去掉加密后再试。")
    return ReadingError("PDF 已损坏，或者没有传完整，打不开", next="请重新下载这份文件后再试。")


def _page(document: Any, number: int, tables: bool = False) -> tuple[Page, bool]:
    """A page, and whether it is a picture: no legible text of its own, but something drawn."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return Page(1, 1, ()), True  # a page that is lost in a broken file
    try:
        textpage = page.get_textpage()
        width, height = page.get_width(), page.get_height()
        turn = _turn(page)
        printed = _rows(textpage, turn)
        rows = rows_in_order(grid.put_together(printed, page, textpage, turn) if tables else printed)
        textpage.close()
        words = "".join(row.text for row in rows)
        legible = bool(words) and _garbage(words) * 4 < len(words)
        drawn = not legible and _is_drawn(page)
        return Page(width, height, () if drawn else rows), drawn
    finally:
        page.close()


def _is_drawn(page: Any) -> bool:
    """Whether anything stands on the page at all (an empty page is no picture)."""
    return next(iter(page.get_objects(max_depth=2)), None) is not None


def _garbage(words: str) -> int:
    """Characters that a font without a map to Unicode leaves behind."""
    return sum(
        each == "\ufffd" or "\ue000" <= each <= "\uf8ff" or (each < " " and each != "\t") for each in words
    )


Turn = Callable[[float, float], tuple[float, float]]


def _turn(page: Any) -> Turn:
    """From the page's own coordinates to points from the upper left corner of the page as it is seen."""
    left, bottom, right, top = page.get_cropbox()
    match page.get_rotation():
        case 90:
            return lambda x, y: (y - bottom, x - left)
        case 180:
            return lambda x, y: (right - x, y - bottom)
        case 270:
            return lambda x, y: (top - y, right - x)
        case _:
            return lambda x, y: (x - left, top - y)


def _rows(textpage: Any, turn: Turn) -> list[Row]:
    import pypdfium2.raw as c

    unicode = c.FPDFText_GetUnicode
    letters = [unicode(textpage, index) for index in range(max(0, c.FPDFText_CountChars(textpage)))]
    rows: list[Row] = []
    begin = 0
    for index, letter in enumerate([*letters, 10]):
        if letter not in (10, 13):
            continue
        if row := _row(textpage, letters, begin, index, turn):
            rows.append(row)
        begin = index + 1
    return rows


def _row(textpage: Any, letters: Sequence[int], begin: int, end: int, turn: Turn) -> Row | None:
    """One line, from left to right: a page may draw the marks of another font after the words that they stand among.

    Spaces between Chinese characters go, wide gaps become the tab between two cells.
    """
    box = _boxes(textpage, turn)
    seen = [(box(index), letters[index]) for index in range(begin, end) if letters[index] not in _BLANK]
    if not seen:
        return None
    spaced = end - begin > len(seen)
    if any(one[0][0] > other[0][0] + 1 for one, other in itertools.pairwise(seen)):
        seen.sort(key=lambda each: each[0][0])
        spaced = True
    em = max(1.0, *(below - above for (_, above, _, below), _ in seen[:3]))
    pieces: list[str] = []
    before: tuple[Box, int] | None = None
    for here in seen:
        letter = here[1]
        if spaced and before is not None:
            gap = here[0][0] - before[0][2]
            near = chr(before[1]) > _CJK or chr(letter) > _CJK
            pieces.append("\t" if gap > 1.5 * em else " " if not near and gap > 0.15 * em else "")
        pieces.append("-" if letter in (2, 0xFFFE) else chr(letter) if letter < 0x110000 else "\ufffd")
        before = here
    boxes = [each for each, _ in seen]
    return Row(
        "".join(pieces), boxes[0][0], min(each[1] for each in boxes), max(each[2] for each in boxes), max(each[3] for each in boxes)
    )  # fmt: skip


_BLANK = frozenset((0, 9, 32, 160, 0x3000))
Box = tuple[float, float, float, float]


def _boxes(textpage: Any, turn: Turn) -> Callable[[int], Box]:
    import pypdfium2.raw as c

    rect = c.FS_RECTF()

    def box(index: int) -> Box:
        if not c.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect)):
            return (0.0, 0.0, 0.0, 0.0)
        (x, y), (u, v) = turn(rect.left, rect.top), turn(rect.right, rect.bottom)
        return (min(x, u), min(y, v), max(x, u), max(y, v))

    return box
