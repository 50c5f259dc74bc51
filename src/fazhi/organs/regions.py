"""Administrative divisions by GB/T 2260: format, province, level, and names as dated data.

Shipped are the province-level codes alone. County codes change every year and the ministry's list is the current
one, so an administrator loads it (`exchange.load_regions`); until then a county's code is checked by form and province.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from importlib.resources import files

from . import checks
from .errors import Invalid, NotFound, OrgansError, Problem
from .models import County, Region

_STANDARD = "GB/T 2260《中华人民共和国行政区划代码》"


class BadRegion(OrgansError):
    """A code that is no division of the level that was asked for."""


@lru_cache(maxsize=1)
def provinces() -> dict[str, str]:
    """Two digits to the province's name."""
    text = (files("fazhi.organs") / "data" / "regions.csv").read_text(encoding="utf-8")
    return {row["代码"][:2]: row["名称"] for row in csv.DictReader(text.splitlines())}


def check_region(code: str) -> str:
    """A code of any level in its plain form, or BadRegion."""
    code = code.strip()
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise BadRegion(
            f"行政区划代码应为6位数字，现为“{code}”", law=_STANDARD, next="请填写6位代码，例如330000"
        )
    if code[:2] not in provinces():
        raise BadRegion(f"行政区划代码前两位“{code[:2]}”不是省级代码", law=_STANDARD, next="请核对后重新填写")
    if code[2:4] == "00" and code[4:] != "00":
        raise BadRegion(f"行政区划代码“{code}”缺少市级两位", law=_STANDARD, next="请核对后重新填写")
    return code


def check_county(code: str) -> str:
    """A county-level code (the last two digits are not 00), or BadRegion."""
    code = check_region(code)
    if code[4:] == "00":
        level = "省级" if code[2:4] == "00" else "市级"
        raise BadRegion(
            f"“{code}”是{level}代码，不是县级代码", law=_STANDARD, next="请填写县（市、区）自己的6位代码"
        )
    return code


def region_name(code: str, on: date) -> str | None:
    """What the division was called on that day, if the loaded data say so."""
    row = Region.objects.on(on).filter(code=code).first()
    return row.name if row else None


def county(code: str = "") -> County:
    """The county of that code; without one the only county of the installation. NotFound names those there are."""
    known = list(County.objects.order_by("code"))
    names = "、".join(f"{one.code} {one.name}" for one in known)
    found = [one for one in known if code in ("", one.code)]
    if len(found) == 1:
        return found[0]
    if not known:
        raise NotFound("还没有登记县（市、区）", next="请先运行 fazhi init 或者 fazhi demo")
    if code:
        raise NotFound(f"没有代码为 {code} 的县（市、区）", next=f"请核对六位行政区划代码；已登记：{names}")
    raise NotFound("没有指明县（市、区）", next=f"请加 --county 六位行政区划代码；已登记：{names}")


def found_county(
    code: str, name: str, *, valid_from: date, source: str, prefecture: str = "", valid_to: date | None = None
) -> County:
    """Make a root. Several counties may live in one installation; their organs never mix."""
    problems = checks.required("name", "名称", name) + checks.dates(valid_from, valid_to)
    problems += checks.fits(County, name=name.strip(), prefecture=prefecture, source=source)
    try:
        code = check_county(code)
    except BadRegion as error:
        problems.append(Problem("code", error.message, error.law, error.next))
    else:
        if County.objects.filter(code=code).exists():
            problems.append(Problem("code", f"代码{code}的县（市、区）已经登记", next="不需要再次登记"))
        official = region_name(code, valid_from)
        if official and official != name.strip():
            problems.append(
                Problem(
                    "name",
                    f"代码{code}在{valid_from}是“{official}”，不是“{name}”",
                    _STANDARD,
                    "请核对代码和名称",
                )
            )
    if name.strip() and name.strip()[-1] not in "县市区旗":
        problems.append(Problem("name", f"“{name}”不是县（市、区、旗）的名称", next="请填写全称，例如某某县"))
    if problems:
        raise Invalid(problems)
    return County.objects.create(
        code=code,
        name=name.strip(),
        prefecture=prefecture,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
    )
