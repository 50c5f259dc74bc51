"""What `fazhi report` does."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from fazhi.documents import docx, html
from fazhi.organs import regions
from fazhi.organs.models import County, Organ
from fazhi.procedures.text import Figure, Missing, Paragraph, Text, plain
from fazhi.reports import compose, editing, freezing, grammar
from fazhi.reports.compose import Composition
from fazhi.reports.errors import ReportError
from fazhi.reports.models import Freeze, Report
from fazhi.terminal import paint


@dataclass(frozen=True)
class Found:
    """The report that was asked for. `made` is None for a frozen one: its text is not composed again."""

    text: Text
    moment: str
    made: Composition | None
    frozen: Freeze | None


def report(args: argparse.Namespace) -> int:
    found = _found(args)
    written = []
    if args.docx:
        written.append(_write(args.docx, docx.render(found.text, site=args.site)))
    if args.html:
        written.append(_write(args.html, html.page(found.text, site=args.site).encode()))
    if args.json:
        print(json.dumps(_json(args, found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_told(found, brief=bool(written))))
        for path in written:
            print(f"已写入 {path}")
    return 0


def check(args: argparse.Namespace) -> int:
    """1 where a figure does not come out as printed."""
    row = _stored(args)
    frozen = freezing.current(row) if row else None
    if frozen is None:
        raise ReportError(f"{args.year}年度的报告还没有定稿，没有可以核对的。", next="定稿之后再核对。")
    differences = freezing.check(frozen)
    if args.json:
        told = {"year": args.year, "moment": frozen.moment, "digest": frozen.digest, "ok": not differences}
        print(
            json.dumps(told | {"differences": [asdict(x) for x in differences]}, ensure_ascii=False, indent=2)
        )
    else:
        figures = sum(isinstance(r, Figure) for r in freezing.text_of(frozen).runs())
        print(f"《{freezing.text_of(frozen).title}》，{freezing.moment_said(frozen)}，{figures} 处数字")
        for x in differences:
            print(
                f"{paint('不一致', 'red', sys.stdout)}：{x.title} 印为 {x.printed}，现在算得 {x.now or '无法计算'}"
            )
        if not differences:
            print(paint("全部数字重新计算一致。", "green", sys.stdout))
    return 1 if differences else 0


def _found(args: argparse.Namespace) -> Found:
    row = _stored(args)
    frozen = freezing.current(row) if row and not args.live else None
    if frozen is not None:
        return Found(freezing.text_of(frozen), frozen.moment, None, frozen)
    now = timezone.now()
    if row is not None:
        made = freezing.live(row, now)
    else:
        county = regions.county(args.county)
        issuer = _issuer(county, args.organ)
        d = grammar.of(issuer.kind)
        if d is None:
            raise ReportError(f"{issuer}不编制年度报告。", next="请写人民政府、政府部门或者乡镇人民政府。")
        about = editing.about_of(d, county, issuer, _year(args.year), timezone.localdate(now))
        made = compose.compose(d, about, compose.pieces_of(d, about))
        if not any(v.cases for (_, back), v in made.values.found.items() if back == 0):
            raise ReportError(
                f"台账里没有{issuer if about.organ else county}{args.year}年度的案件，没有可写的数据。",
                next="请核对年度；案件还在别的系统里的，先用 fazhi import 导入。",
            )
    return Found(made.text, made.values.moment, made, None)


def _year(year: int) -> int:
    if not 1949 <= year <= 2999:
        raise ReportError(f"年度“{year}”不对。", next="请写四位年份，如 2025。")
    return year


def _stored(args: argparse.Namespace) -> Report | None:
    county = regions.county(args.county)
    rows = Report.objects.select_related("county", "issuer").filter(
        county=county, year=_year(args.year), issuer=_issuer(county, args.organ)
    )
    return rows.order_by("begun_at").first()


def _issuer(county: County, organ: str = "") -> Organ:
    if organ:
        named = Organ.objects.filter(county=county)
        one = (
            named.filter(code=organ).first()
            or named.filter(name=organ).first()
            or named.filter(short_name=organ).first()
        )
        if one is None:
            raise ReportError(
                f"{county.name}没有名称或者代码为“{organ}”的机关。", next="请核对机构名录中的名称。"
            )
        return one
    found = (
        Organ.objects.filter(county=county, kind=Organ.Kind.GOVERNMENT)
        .order_by("order", "valid_from")
        .first()
    )
    if found is None:
        raise ReportError(f"{county.name}还没有登记人民政府。", next="请先在机构名录中登记。")
    return found


def _write(path: Path, data: bytes) -> Path:
    try:
        path.write_bytes(data)
    except OSError:
        raise ReportError(f"不能写入“{path}”。", next="请检查文件夹是否存在、有没有写的权限。") from None
    return path


def _json(args: argparse.Namespace, found: Found) -> dict[str, Any]:
    text = found.text
    told: dict[str, Any] = {
        "title": text.title, "county": regions.county(args.county).code, "year": args.year, "moment": found.moment,
        "frozen": found.frozen is not None, "digest": text.digest(), "missing": list(text.missing()),
        "figures": [
            {"id": s.figure_id, "title": s.title, "value": s.value, "definition": s.definition, "moment": s.moment, "cases": s.cases, "href": s.href}
            for s in text.sources
        ],
    }  # fmt: skip
    if found.made is not None:
        told["parts"] = [
            {"id": p.id, "title": p.title, "mandatory": p.mandatory, "empty": p.empty, "missing": list(p.missing), "unlinked": [x.text for x in p.loose]}
            for p in found.made.parts
        ]  # fmt: skip
    return told


def _told(found: Found, *, brief: bool) -> Iterable[str]:
    text = found.text
    state = "定稿" if found.frozen else "未定稿，按现在的案件计算"
    yield f"{text.title}（{state}，{compose.said(found.moment)}）"
    if not brief:
        for block in text.blocks:
            if isinstance(block, Paragraph):
                yield "    " + plain(block.runs)
            elif hasattr(block, "text"):
                yield f"\n{block.text}"
        yield f"\n{text.signature[0] if text.signature else ''}"
    yield f"引用指标 {len(text.sources)} 个" + ("" if brief else "，出处：")
    if not brief:
        for s in text.sources:
            yield f"  {s.title}  {s.value}  {s.cases} 件  {s.definition}"
    missing = [r.label for r in text.runs() if isinstance(r, Missing)]
    for label in missing:
        yield f"{paint('待写', 'amber', sys.stdout)}：{label}"
