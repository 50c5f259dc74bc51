"""Tables of tasks: rows of cells between tabs, below a row that names a column of tasks and one of organs.

`fazhi.plans.files` writes the tables of a .docx so; a table copied from a page or a spreadsheet looks the same. Within
a cell, line breaks stand as spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from fazhi.plans import organs
from fazhi.plans.items import Item, title_of
from fazhi.plans.organs import Organs
from fazhi.plans.outline import marker
from fazhi.plans.passage import Passage

# The first that fits names a column.
_COLUMNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("number", r"序号|编号|^号$|^序$"),
        ("lead", r"牵头|主办|主责"),
        ("along", r"配合|协办|参与|协同|协助"),
        ("duty", r"责任(?:单位|部门|主体|机关|科室)|承办|落实单位|实施单位|负责单位|完成单位"),
        ("due", r"时限|完成时间|时间节点|期限|完成日期|时间要求|时间安排|进度(?:安排|要求)?$"),
        ("section", r"类别|一级|板块|领域|项目类|任务分类|^项目$|^类$|重点领域|工作类"),
        ("goal", r"目标|指标|成果|标准|完成标志"),
        ("body", r"措施|举措|内容|要求|做法|说明"),
        ("title", r"任务|事项|工作|名称"),
    )
)
_EMPTY = Passage("", "", ())
_PLAIN_ROW = re.compile(r"[^\t]+$")


def read(passages: Sequence[Passage]) -> tuple[list[Item], list[Passage]]:
    """The tasks of the tables, and the paragraphs that stand in no table of tasks."""
    items: list[Item] = []
    rest: list[Passage] = []
    columns: dict[str, list[int]] | None = None
    section = ""
    before: list[Passage] = []  # the cells of the row above
    for passage in passages:
        cells = _cells(passage)
        if header := _header(cells):
            section = section if header == columns else ""  # repeated at the head of the next page
            columns = header
        elif columns is None or len(cells) == 1:
            # A row of one cell is a heading within the table; a paragraph with a full stop ends it.
            short = columns is not None and len(passage) <= 40 and "。" not in passage.plain
            section = title_of(_unmarked(passage)) if short else section
            columns = columns if short else None
            rest.append(passage)
        else:
            if items and before and _goes_on(cells, columns):
                cells = [
                    Passage.join((above, cell), between="")
                    for above, cell in zip_longest(before, cells, fillvalue=_EMPTY)
                ]
                items.pop()
            found = _row(cells, columns, section)
            if found is not None:
                section = found.path[-1] if found.path else section
                items.append(found)
                before = cells
    return items, rest if items else list(passages)


def _goes_on(cells: Sequence[Passage], columns: dict[str, list[int]]) -> bool:
    """Whether a row is the rest of the one above, broken by the end of a page: neither number nor title, but words."""
    if not {"number", "title"} <= columns.keys():
        return False
    own = [*columns["number"], *columns["title"][:1]]
    return not any(cells[index].text for index in own if index < len(cells))


def _cells(passage: Passage) -> list[Passage]:
    cells, last = [], 0
    for place, character in enumerate(passage.text):
        if character == "\t":
            cells.append(passage.cut(last, place).strip())
            last = place + 1
    return [*cells, passage.cut(last).strip()]


def _header(cells: Sequence[Passage]) -> dict[str, list[int]] | None:
    if len(cells) < 2 or any(len(cell) > 20 for cell in cells):
        return None
    columns: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        word = re.sub(r"\s", "", cell.plain)
        name = next((name for name, pattern in _COLUMNS if word and pattern.search(word)), None)
        if name:
            columns.setdefault(name, []).append(index)
    has_organs = columns.keys() & {"lead", "duty"}
    has_tasks = columns.keys() & {"title", "body", "goal"}
    return columns if has_organs and has_tasks else None


def _row(cells: Sequence[Passage], columns: dict[str, list[int]], section: str) -> Item | None:
    def of(name: str) -> list[Passage]:
        return [cells[index] for index in columns.get(name, []) if index < len(cells) and cells[index].text]

    prose = [*of("title"), *of("body"), *of("goal")]
    if not prose or _header(cells):
        return None
    above = of("section")
    section = title_of(_unmarked(above[0])) if above else section
    first = _unmarked(prose[0])
    whole = Passage.join((first, *prose[1:]))
    number = of("number")
    marked = marker(prose[0].plain)
    return Item(
        number=number[0].plain.strip(" .、()") if number else marked[1] if marked else "",
        kind="row",
        order=int(number[0].plain.strip(" .、()"))
        if number and number[0].plain.strip(" .、()").isdecimal()
        else 0,
        path=(section,) if section else (),
        title=title_of(first),
        text="\n".join(part.text for part in (prose[1:] if len(prose) > 1 else [first])),
        whole=whole,
        organs=_organs(of("lead"), of("duty"), of("along"), of("due")),
        start=cells[0].start if cells[0].text else whole.start,
        end=max(cell.end for cell in cells if cell.text),
    )


def _unmarked(cell: Passage) -> Passage:
    found = marker(cell.plain)
    return cell.cut(found[3]) if found and len(cell) > found[3] else cell


def _organs(
    lead: Sequence[Passage], duty: Sequence[Passage], along: Sequence[Passage], due: Sequence[Passage]
) -> Organs:
    read = Organs(due=tuple(cell.plain for cell in due), labelled=True, explicit=True)
    for role, cells in (("lead", lead), ("duty", duty), ("along", along)):
        for cell in cells:
            read = read.and_(Organs(tuple(_in_column(organs.read(cell), role)), organs.read(cell).due))
    return read


def _in_column(found: Organs, column: str) -> Iterator[organs.Named]:
    """What a cell says of each goes before the heading of its column."""
    for one in found.named:
        if one.role != "duty":
            yield one
        elif column == "lead":
            yield organs.Named(one.name, "lead", one.starred)
        elif column == "along":
            yield organs.Named(one.name, "along", one.starred)
        else:
            yield one
