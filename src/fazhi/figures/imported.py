"""Figures from outside (a population, a poll): records with their source, shown as such, never mixed with counted ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from fazhi.figures import spans
from fazhi.figures.errors import FigureError
from fazhi.figures.models import ImportedFigure
from fazhi.figures.spans import Span
from fazhi.ledger import seal

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_PASSAGE = re.compile(r"\d{1,9}-\d{1,9}\Z")
_DIGITS = 18  # of a number; 1E+999999999 written out would fill the memory
_LONGEST = {"名称": 120, "计量单位": 20, "来源": 300}  # characters, as the table has room
_NAME = re.compile(r"[a-z][a-z_0-9]{0,40}\Z")


@dataclass(frozen=True, slots=True)
class Outside:
    id: str
    title: str
    value: str
    unit: str
    source: str
    recorded_by: str


def record(
    county: str,
    name: str,
    *,
    title: str,
    period: str,
    value: str,
    unit: str,
    source: str,
    person: str,
    file: str = "",
    passage: str = "",
    using: str = "default",
) -> ImportedFigure:
    """Write one down; a later record of the same figure and period takes its place, and both stay. Raises FigureError.

    `file` is the SHA-256 of the document that it was taken from, `passage` where in its text ("120-124").
    """
    span = spans.parse(period)
    if not _NAME.match(name):
        raise FigureError(
            f"外部指标的代号「{name}」不对", next="请用小写字母开头，只含小写字母、数字和下划线"
        )
    for what, said in (("名称", title), ("计量单位", unit), ("来源", source)):
        if not said.strip():
            raise FigureError(f"外部指标没有填写{what}", next="外部数据须写明名称、单位和来源")
        if len(said.strip()) > _LONGEST[what]:
            raise FigureError(f"外部指标的{what}超过{_LONGEST[what]}个字", next="请写得简短一些")
    try:
        number = Decimal(value.strip().replace(",", ""))
    except InvalidOperation:
        raise FigureError(f"「{value}」不是数", next="请写成 12345 或者 98.76") from None
    if (
        not number.is_finite()
        or not -_DIGITS < number.adjusted() < _DIGITS
        or len(number.as_tuple().digits) > _DIGITS
    ):
        raise FigureError(f"「{value}」不是数", next="请写成 12345 或者 98.76")
    if (file or passage) and not (_DIGEST.match(file) and _PASSAGE.match(passage)):
        raise FigureError("所取数字的文件和位置不完整", next="请回到文本核校页面重新取数，或者清空后手工登记")
    with transaction.atomic(using=using):
        row: ImportedFigure = ImportedFigure.objects.using(using).create(
            county=county, name=name, title=title.strip(), period=span.text, value=format(number, "f"), unit=unit.strip(),
            source=source.strip(), file=file, passage=passage, recorded_by=person, position=seal.height(using=using),
        )  # fmt: skip
    return row


def values(county: str, span: Span, position: int, using: str = "default") -> list[Outside]:
    """What had been recorded for exactly this span by that position, the latest of each."""
    found: dict[str, Outside] = {}
    rows: Any = ImportedFigure.objects.using(using).filter(
        county=county, period=span.text, position__lte=position
    )
    for row in rows.order_by("id"):
        found[row.name] = Outside(
            f"imported.{row.name}", row.title, row.value, row.unit, row.source, row.recorded_by
        )
    return [found[name] for name in sorted(found)]


def ids(county: str, using: str = "default") -> list[str]:
    names = ImportedFigure.objects.using(using).filter(county=county).values_list("name", flat=True)
    return [f"imported.{name}" for name in dict.fromkeys(names)]
