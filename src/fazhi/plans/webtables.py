"""Tables of a saved web page with every cell in its own column, before fazhi.reading takes the page's text.

A cell that reaches over several rows is repeated in each of them, one that reaches over several columns is followed by
empty ones: else the columns of the rows below would shift. Everything else of the page stays as it is.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from fazhi.reading.encoding import decode

_SPANS = re.compile(rb"(?:row|col)span\s*=", re.IGNORECASE)
_MOST = 200  # rows or columns over which one cell may reach
_MOST_CELLS = 100_000
_MOST_COPIED = 2_000_000  # characters and tags of cells that are repeated, of one page


def straightened(data: bytes) -> bytes:
    """The page in UTF-8; the same bytes where no cell reaches over others, or where it cannot be parsed."""
    if not _SPANS.search(data):
        return data
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as lxml_html

    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4096])
    text = decode(data, declared[1].decode("ascii", "replace").lower() if declared else "").text
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return data
    left = _Left(_MOST_CELLS, _MOST_COPIED)
    for table in root.iter("table"):
        _straighten(table, left)
    for meta in root.xpath("//meta[@charset or @http-equiv]"):
        meta.drop_tree()
    page: bytes = lxml_html.tostring(root, encoding="utf-8")
    return b'<meta charset="utf-8">' + page


@dataclass
class _Left:
    """What may still be added to a page; without it a small file would fill the memory."""

    cells: int
    copied: int


def _straighten(table: Any, left: _Left) -> None:
    """Put every cell into its own column, until nothing is left to add."""
    waiting: dict[int, tuple[int, Any]] = {}  # column → (rows it still reaches into, the cell)
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
    for row in rows:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        column, reached = 0, []
        while cells or column in waiting:
            if left.cells < 0:
                return
            if column in waiting:
                count, cell = waiting.pop(column)
                weight = sum(map(len, cell.itertext())) + 100 * sum(1 for _ in cell.iter())
                left.copied -= weight
                reached.append(deepcopy(cell) if left.copied >= 0 else cell.makeelement(cell.tag, {}))
                left.cells -= 1
                if count > 1:
                    waiting[column] = (count - 1, cell)
                column += 1
                continue
            cell = cells.pop(0)
            down, across = (_number(cell.attrib.pop(name, "1")) for name in ("rowspan", "colspan"))
            reached.append(cell)
            for place in range(across):
                if place:
                    reached.append(cell.makeelement("td", {}))
                    left.cells -= 1
                if down > 1:
                    waiting[column + place] = (down - 1, cell if not place else cell.makeelement("td", {}))
            column += across
        for cell in list(row):
            row.remove(cell)
        row.extend(reached)


def _number(word: str) -> int:
    return min(int(word), _MOST) if word.strip().isdecimal() and int(word) > 0 else 1
