"""Lights and remaining days, computed on reading from stored due dates: never set by anybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

RED, AMBER, GREEN, GREY, PAUSED = "overdue", "warning", "normal", "done", "paused"
WORDS = {RED: "超期", AMBER: "预警", GREEN: "正常", GREY: "已结", PAUSED: "中止计时"}


@dataclass(frozen=True)
class Light:
    """`days`: natural days left, negative when past; None without a running limit."""

    colour: str
    words: str
    days: int | None = None
    due: str = ""
    provisional: bool = False


def of_dates(due: Any, warn_from: Any, closed_on: Any, today: date) -> Light:
    """The light of a case's row."""
    if closed_on:
        return Light(GREY, WORDS[GREY])
    if not due:
        return Light(GREEN, "办理中")
    return _dated(str(due)[:10], str(warn_from)[:10] if warn_from else "", today)


def of_clock(record: dict[str, Any], today: date, own: Collection[str] = ()) -> Light:
    """The light of one clock, for who stands on the sides `own`: another side's limit is no warning to him."""
    provisional = bool(record.get("provisional"))
    match record["status"]:
        case "met":
            return Light(GREY, "按期", due=record["due"] or "", provisional=provisional)
        case "late":
            return Light(RED, "逾期完成", due=record["due"], provisional=provisional)
        case "given_way":
            return Light(GREY, "不适用", due=record["due"] or "")
        case "paused":
            return Light(PAUSED, WORDS[PAUSED])
    due = str(record["due"])[:10]
    if record["kind"] in ("wait", "notice"):
        left = (date.fromisoformat(due) - today).days
        over = left < 0 if record["kind"] == "wait" else left <= 0
        return Light(
            GREY if over else PAUSED,
            "已届满" if over else f"还需等待{left + (record['kind'] == 'wait')}日",
            left,
            due,
            provisional,
        )
    light = _dated(due, record.get("warn_from") or "", today, provisional)
    if record.get("whose") and record["whose"] not in own and light.colour in (RED, AMBER):
        return Light(GREY, light.words, light.days, due, provisional)
    return light


def _dated(due: str, warn_from: str, today: date, provisional: bool = False) -> Light:
    left = (date.fromisoformat(due) - today).days
    if left < 0:
        return Light(RED, f"超期{-left}日", left, due, provisional)
    if warn_from and today.isoformat() >= warn_from:
        return Light(AMBER, f"剩{left}日" if left else "今日到期", left, due, provisional)
    return Light(GREEN, f"剩{left}日", left, due, provisional)
