"""What a person types for a field, as the engine wants it: 五千元 is written 5000, 是 is true, names become people.

Used where a case is walked without a database: there is no register to look people up in, so a name stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from fazhi.errors import UserError
from fazhi.procedures import grammar as g
from fazhi.procedures.model import Definition

YES = frozenset(["是", "有", "对", "y", "yes", "true", "1", "√"])
NO = frozenset(["否", "不", "没有", "无", "n", "no", "false", "0", "×"])
_MONEY = re.compile(r"(?P<n>\d[\d,]*(?:\.\d{1,6})?)\s*(?P<unit>万元|万|元|亿元)?$")
_DAY = re.compile(r"(?:(?P<y>\d{4})[-/.年])?(?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?$")
_CLOCK = re.compile(r"[T ]\s*(?P<h>\d{1,2})[:时点](?P<m>\d{1,2})?分?$")
_BUSINESS = re.compile(r"(?:公司|厂|店|行|社|部|中心|集团|超市|酒店|企业)$")
HINTS = {
    "bool": "是/否", "int": "整数", "money": "元", "date": "如 2026-03-05", "moment": "如 2026-03-05 09:30",
    "party": "姓名或者名称", "officer": "姓名；没有证件的后面写（无证）", "person": "姓名", "link": "案件，可以随便写", "file": "文件名",
}  # fmt: skip


def field_of(d: Definition, name: str, part: str = "") -> g.FieldDef | None:
    """The field that an act asks for under this name: a part's own first. None for a side."""
    if part and part in d.source.parts and name in d.source.parts[part].fields:
        return d.source.parts[part].fields[name]
    return d.source.fields.get(name)


def field_value(f: g.FieldDef, text: str, d: Definition, today: date) -> Any:
    """Canonical JSON for a field; UserError says what is wanted instead."""
    if f.many:
        pieces = [p.strip() for p in re.split(r"[、，,;；]", text) if p.strip()]
        return [_one(f, p, d, today) for p in pieces]
    return _one(f, text, d, today)


def side_value(name: str, side: g.Side, text: str) -> list[Any]:
    """An organ stands for its side under the name that the scenarios give it; a party is a person of that name."""
    if side.is_ != "party":
        return [f"organ-{name}"]
    names = [p.strip() for p in re.split(r"[、，,;；]", text) if p.strip()] or [side.title]
    return [party(n) for n in names]


def party(text: str) -> dict[str, Any]:
    """甲公司 is an enterprise, 张某 a citizen; 某中心/organisation says what it is."""
    name, _, kind = text.partition("/")
    kind = kind.strip() or ("enterprise" if _BUSINESS.search(name) else "citizen")
    return {"id": name.strip(), "name": name.strip(), "kind": kind}


def yes_or_no(text: str) -> bool:
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise UserError(f"「{text}」既不是「是」也不是「否」。", next="请回答「是」或者「否」；还不知道的留空。")


def day(text: str, today: date) -> date:
    """2026-03-05, 2026年3月5日, 3月5日 (of the year of `today`), 今天, 明天, +5 (days from today)."""
    word = text.strip()
    if word in ("今天", "今日", "当日"):
        return today
    if word == "明天":
        return today + timedelta(days=1)
    if re.fullmatch(r"\+\d{1,4}", word):
        return today + timedelta(days=int(word[1:]))
    found = _DAY.match(word)
    try:
        if found is not None:
            return date(int(found["y"] or today.year), int(found["m"]), int(found["d"]))
    except ValueError:
        pass
    raise UserError(f"「{text}」不是有效的日期。", next="请写成 2026-03-05、3月5日，或者 +5（五天以后）。")


def fact_value(kind: str, text: str, today: date) -> Any:
    return _one(g.FieldDef(title="认定事实", type=kind), text, None, today)  # type: ignore[arg-type]


def choices(f: g.FieldDef, d: Definition, codes: Mapping[str, Any]) -> dict[str, str]:
    """What may be chosen, by key; empty where anything may be typed."""
    if f.type == "choice":
        return dict(f.choices)
    if f.type == "side":
        return {k: s.title for k, s in d.source.sides.items()}
    if f.type == "code":
        return {k: str(v.get("title", k)) if isinstance(v, dict) else k for k, v in codes.items()}
    return {}


def chosen(options: Mapping[str, str], text: str) -> str:
    """The key that a number, a key, a title or the beginning of a title means."""
    word = text.strip()
    if word in options:
        return word
    keys = list(options)
    if word.isdecimal() and 0 < int(word) <= len(keys):
        return keys[int(word) - 1]
    same = [k for k, title in options.items() if title == word] or [
        k for k, title in options.items() if word and title.startswith(word)
    ]
    if len(same) == 1:
        return same[0]
    listed = "、".join(f"{i} {title}" for i, title in enumerate(options.values(), 1))
    raise UserError(f"没有「{text}」这一项。", next=f"请选：{listed}。")


def _one(f: g.FieldDef, text: str, d: Definition | None, today: date) -> Any:
    word = text.strip()
    match f.type:
        case "bool":
            return yes_or_no(word)
        case "int":
            if not re.fullmatch(r"-?\d{1,15}", word):
                raise UserError(f"「{f.title}」应当是整数，「{text}」不是。", next="请只写数字。")
            return int(word)
        case "money":
            return _money(f, word)
        case "date":
            return day(word, today).isoformat()
        case "moment":
            return _moment(word, today)
        case "choice":
            return chosen(f.choices, word)
        case "side" if d is not None:
            return chosen({k: s.title for k, s in d.source.sides.items()}, word)
        case "party":
            return party(word)
        case "officer":
            name = re.sub(r"[(（]无证[)）]$", "", word).strip()
            return {"id": name, "name": name, "certified": name == word}
        case "person":
            return {"id": word, "name": word}
        case _:
            return word


def _money(f: g.FieldDef, word: str) -> int:
    found = _MONEY.match(word)
    try:
        if found is not None:
            times = {"万元": 10_000, "万": 10_000, "亿元": 100_000_000}.get(found["unit"] or "", 1)
            fen = Decimal(found["n"].replace(",", "")) * times * 100
            if fen == fen.to_integral_value():
                return int(fen)
    except InvalidOperation:
        pass
    raise UserError(
        f"「{f.title}」应当是金额，「{word}」不是。",
        next="请以元为单位填写，如 5000、1.5万元，最多精确到分。",
    )


def _moment(word: str, today: date) -> str:
    found = _CLOCK.search(word)
    day_part = word[: found.start()] if found else word
    hour, minute = (int(found["h"]), int(found["m"] or 0)) if found else (0, 0)
    if hour > 23 or minute > 59:
        raise UserError(f"「{word}」不是有效的时间。", next="请写成 2026-03-05 09:30。")
    on = day(day_part, today)
    return f"{on.isoformat()}T{hour:02}:{minute:02}:00+08:00"
