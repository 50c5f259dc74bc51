"""The elements of a document (公文格式各要素) as words and measures, the same for every layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fazhi.documents import titles
from fazhi.documents.measures import WIDTH, ems
from fazhi.procedures.text import Attachment, Source, Text
from fazhi.procedures.wording import chinese_date

BLANK_DATE = "　　　　年　　月　　日"
NO_NUMBER = "（文号待编）"
DRAFT_MARK = "草稿　未经签发"
SOURCES_TITLE = "数据来源"
SPREAD = 7  # ems; a form's title this short is spaced out
_SHORT = 9  # ems; a column with nothing longer is centred
_NARROW = 9  # ems; organs with names this short can sign three in a row


def title(text: Text) -> tuple[str, ...]:
    return titles.lines(text.title, names=_names(text))


def attachment_title(text: Text, attachment: Attachment) -> tuple[str, ...]:
    return titles.lines(attachment.title, names=_names(text))


def _names(text: Text) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (text.organ, *text.signature) if name))


def number(text: Text) -> str:
    """发文字号; a draft whose number is still to be given says so."""
    if text.number:
        return f"（{text.number}）" if text.kind == "report" else text.number
    waits = text.number == "" or text.kind == "official"
    return NO_NUMBER if waits and text.status == "draft" else ""


def red_head_size(head: str) -> tuple[float, float]:
    """Points of type and the share of its width: as tall as fits in one line, narrowed where the name is long."""
    each = min(52.0, (WIDTH - 200) / 20 / max(ems(head), 1))
    size = min(52.0, each / 0.66)
    return size, each / size


def day(text: Text) -> str:
    return chinese_date(text.date) if text.date else BLANK_DATE


def listed(attachments: Sequence[Attachment]) -> list[tuple[str, str]]:
    """附件说明: the number (none where one stands alone) and the name of each."""
    several = len(attachments) > 1
    return [(f"{n}." if several else "", one.title) for n, one in enumerate(attachments, 1)]


def attachment_mark(text: Text, n: int) -> str:
    return "附件" if len(text.attachments) == 1 else f"附件{n}"


def joint(names: Sequence[str]) -> list[list[str]]:
    """Organs that sign together, row by row; the last one stands at the end, where the date is set under it."""
    across = 3 if len(names) > 2 and max(map(ems, names)) <= _NARROW else 2
    first = len(names) - (len(names) - 1) % across - 1
    rows = [list(names[n : n + across]) for n in range(0, first, across)]
    tail = list(names[first:])
    return [*rows, [""] * (across - len(tail)) + tail]


def copies(text: Text) -> str:
    return f"抄送：{'，'.join(text.copies_to)}。" if text.copies_to else ""


def printed(text: Text) -> tuple[str, str]:
    """印发机关 and 印发日期, or nothing."""
    if not text.printed_by:
        return "", ""
    on = text.printed_on or text.date
    return text.printed_by, f"{chinese_date(on) if on else BLANK_DATE}印发"


def centred(rows: Sequence[Sequence[str]], columns: int) -> list[bool]:
    """Which columns hold nothing but short words and numbers."""
    return [all(ems(row[n]) <= _SHORT for row in rows if n < len(row)) for n in range(columns)]


@dataclass(frozen=True, slots=True)
class SourceTable:
    note: str
    header: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]  # 序号 and 指标 first


def sources(found: Sequence[Source]) -> SourceTable:
    """The table at a report's end; a moment that all figures share is said once, above it."""
    note = "报告中的数字由系统按下列口径从办理记录计算，可以按所列时点重新计算。"
    header: tuple[str, ...] = ("序号", "指标", "数值", "口径", "案件数")
    widths: tuple[int, ...] = (7, 21, 12, 41, 9)
    moments = {source.moment for source in found}
    if shared := len(moments) == 1:
        note += f"数据时点：{found[0].moment}。"
    else:
        header, widths = (*header, "时点"), (7, 18, 11, 31, 9, 14)
    rows = []
    for n, source in enumerate(found, 1):
        count = "—" if source.cases is None else f"{source.cases:,}"
        row = (str(n), source.title, source.value, source.definition, count)
        rows.append(row if shared else (*row, source.moment))
    return SourceTable(note, header, widths, tuple(rows))
