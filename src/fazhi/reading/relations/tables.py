"""Tables that became lines: columns that add up to the row 合计, rows that add up to the column 合计, shares beside
counts, and the balance of a disclosure report (本年新收＋上年结转＝总计＋结转下年).

A row is a line with a label and figures and no sentence; rows with as many figures form a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fazhi.reading.finding import Finding
from fazhi.reading.relations.judge import (
    finding,
    holds,
    off_by_one,
    share_fits,
    share_repair,
    sum_gap,
    sum_repair,
    sum_words,
    written,
)
from fazhi.reading.repair import plain
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_SUM, _SHARE, _ORDER = family("sum"), family("share"), family("order")
_CELL = re.compile(r"\s*[|\t]\s*|\s{2,}|\u3000+")
_CLOSING = re.compile(r"(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*数)")
_PROSE = re.compile(r"[。；;，]|(?<!\d),")
_TOTAL_COLUMN = re.compile(
    r"(?:合计|总计|小计|总数|(?:季度?|月|半年)\s*[|\t ]\s*全年)(?:[(（][^()（）]*[)）])?\s*\|?\s*$"
)

Row = list[Mark]


def check(paragraphs: Sequence[Paragraph], line: str) -> Iterator[Finding]:
    """Looks for blocks among the lines of the text."""
    block: list[tuple[str, Row]] = []
    header, previous_end = "", 0
    balance: list[tuple[str, Row]] = []
    for paragraph in paragraphs:
        between = line[previous_end : paragraph.start]
        table = not _PROSE.search(paragraph.text) and len(paragraph.text) < 400
        gap = between.strip("\n ")
        if gap or not table:
            yield from _block(block, header)
            block = []
            if gap.count("\n") > 2 or not table:
                yield from _disclosure(balance)
                balance = []
            header = between.strip("\n ").rpartition("\n")[2]
        previous_end = paragraph.end
        if not table:
            header = ""
            continue
        row = paragraph.marks
        label = paragraph.whole[paragraph.start : row[0].figure.start].strip(" \t|\u3000")
        if len(row) >= 5 and _CLOSING.search(paragraph.text) and not block:
            yield from _flat(paragraph)
        if block and len(block[0][1]) != len(row):
            yield from _block(block, header)
            block = []
        block.append((label, row))
        balance.append((label, row))
    yield from _block(block, header)
    yield from _disclosure(balance)


def _block(block: Sequence[tuple[str, Row]], header: str) -> Iterator[Finding]:
    if len(block) < 1:
        return
    width = len(block[0][1])
    named = _columns_named(header, width)
    place = next((at for at, name in enumerate(named) if _CLOSING.search(name)), 0)
    if width > 2 and _TOTAL_COLUMN.search(header):
        for _, row in block:
            yield from _row(row)
    elif place > 1:
        for _, row in block:
            yield from _row(row[: place + 1])
    for _, row in block:
        yield from _licences(named, row)
    start = 0
    for place, (label, row) in enumerate(block):
        if not _CLOSING.search(label):
            continue
        above = [one for _, one in block[start:place]]
        labels = [text for text, _ in block[start:place]]
        if not place:  # 合计 in the first row: the rows under it
            above = [one for _, one in block[1:]]
            labels = [text for text, _ in block[1:]]
            if any(_CLOSING.search(text) for text in labels):
                continue
        start = place + 1
        if len(above) < 2 or any("其中" in text for text in labels):
            continue
        yield from _columns(above, row)


def _columns_named(header: str, width: int) -> list[str]:
    """The names of the columns with figures; nothing where their number is another."""
    cells = [cell.strip() for cell in _CELL.split(header.strip(" |\t\u3000"))]
    return cells[-width:] if len(cells) in (width, width + 1) else []


def _licences(named: Sequence[str], row: Row) -> Iterator[Finding]:
    """申请数量 | 受理数量 | 许可数量 | 不予许可数量: received is not more than asked, and what was decided makes up what was
    received (行政执法统计年报的格式).
    """

    def column(pattern: str) -> Mark | None:
        return next((mark for name, mark in zip(named, row, strict=False) if re.match(pattern, name)), None)

    asked, received = column("申请"), column("受理")
    given, refused = column("(?:予以|准予)?许可"), column("不予许可")
    if received is None or not received.is_quantity or not received.exact:
        return
    if asked is not None and asked.exact and received.value > asked.value:
        told = f"受理{written(received)}多于申请{written(asked)}"
        yield finding(_ORDER.rules["subset"], "error", [received, asked], told, "", "表格")
    if given is not None and refused is not None and not holds(received, [given, refused]):
        yield from _sum(received, [given, refused])


def _row(row: Row) -> Iterator[Finding]:
    if any(not mark.is_quantity for mark in row) or holds(row[-1], row[:-1]):
        return
    yield from _sum(row[-1], row[:-1])


def _sum(total: Mark, parts: Sequence[Mark]) -> Iterator[Finding]:
    if not total.exact or not all(mark.exact for mark in parts):
        return
    repair, slipped = sum_repair(total, parts)
    cover = float(1 + sum_gap(total, parts) / total.value) if total.value else 9.0
    if not slipped and not 0.8 <= cover <= 1.25:
        return
    yield finding(_SUM.rules["total"], "error", [total, *parts], sum_words(total, parts), repair, "表格")


def _columns(above: Sequence[Row], closing: Row) -> Iterator[Finding]:
    for column, total in enumerate(closing):
        parts = [row[column] for row in above]
        if total.is_quantity and all(mark.is_quantity for mark in parts):
            if not holds(total, parts):
                yield from _sum(total, parts)
        elif total.is_percent and column and closing[column - 1].is_quantity:
            yield from _shares([(row[column - 1], row[column]) for row in above], closing[column - 1])


def _shares(pairs: Sequence[tuple[Mark, Mark]], whole: Mark) -> Iterator[Finding]:
    """Counts with their shares of the closing row; most must hold, or the column means something else."""
    pairs = [(part, rate) for part, rate in pairs if rate.is_percent and part.is_quantity and rate.exact]
    if len(pairs) < 2 or not whole.value:
        return
    wrong = [(part, rate) for part, rate in pairs if not share_fits(part.value, whole.value, rate)]
    if len(wrong) * 2 > len(pairs):
        return
    for part, rate in wrong:
        told = (
            f"{written(part)}÷{written(whole)}＝{plain(100 * part.value / whole.value)}%，写作{written(rate)}"
        )
        yield finding(
            _SHARE.rules["share"], "error", [rate, part, whole], told, share_repair(part, whole, rate), "表格"
        )
    for part, rate in pairs:
        if (part, rate) not in wrong and off_by_one(part.value, whole.value, rate):
            told = f"{written(part)}÷{written(whole)}＝{plain(100 * part.value / whole.value, 4)}%，写作{written(rate)}"
            yield finding(_SHARE.rules["share"], "info", [rate, part, whole], told, "", "末位差一或者截断")


def _flat(paragraph: Paragraph) -> Iterator[Finding]:
    """A whole table in one line: 求助类 1560 件 33.1% 咨询类 2304 件 48.8% … 合计 4720 件 100%; or counts alone."""
    rows: list[Row] = []
    marks = paragraph.marks
    pairs = any(mark.is_percent for mark in marks)
    for mark in marks:
        if mark.is_percent:
            if rows and len(rows[-1]) == 1:
                rows[-1].append(mark)
        elif mark.is_quantity:
            rows.append([mark])
    if pairs:
        rows = [row for row in rows if len(row) == 2]
    if len(rows) < 3 or not _CLOSING.search(rows[-1][0].pre):
        return
    yield from _columns(rows[:-1], rows[-1])


def _disclosure(rows: Sequence[tuple[str, Row]]) -> Iterator[Finding]:
    """本年新收＋上年结转＝办理结果总计＋结转下年, column by column (国办公开办函〔2021〕30号 所附格式)."""

    def row(pattern: str) -> Row | None:
        return next((marks for label, marks in rows if re.search(pattern, label)), None)

    new, into = row(r"本年新收"), row(r"上年结转")
    out, done = row(r"结转下(?:年|一年)"), row(r"[)）]\s*总\s*计|^总\s*计")
    if new is None or into is None or out is None or done is None:
        return
    if not len(new) == len(into) == len(out) == len(done):
        return
    for a, b, c, d in zip(new, into, done, out, strict=True):
        left, right = a.value + b.value, c.value + d.value
        if left != right:
            told = f"{written(a)}＋{written(b)}＝{plain(left)}，{written(c)}＋{written(d)}＝{plain(right)}"
            yield finding(_SUM.rules["balance"], "error", [d, c, a, b], told, "", "表格")
