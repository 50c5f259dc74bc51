"""督办单: sent from an overdue case by 执法监督, answered by the organ, struck off by the case's own facts."""

from __future__ import annotations

from datetime import date, timedelta

from fazhi.cases.demo.offices import Office
from fazhi.cases.demo.stage import Act, Script, Stage, agree

SUPERVISOR = "jiandu/supervisor"


def begin(stage: Stage) -> None:
    """Orders are sent by the overdue cases themselves."""


def start(stage: Stage, subject: str, target: str, office: Office, on: date, fate: str) -> date:
    """Send an order on `on`; the day by which the case itself has to be decided. `fate`: open, answered, solved."""
    stage.start("supervision_order", _order(stage, subject, target, office, on, fate))
    return stage.after(on, 2)


def _order(stage: Stage, subject: str, target: str, office: Office, on: date, fate: str) -> Script:
    due = stage.after(on, 10)
    if fate == "answered":
        # The answer says that the case moves; it is decided only weeks later.
        due = stage.after(on, 15)
    values = {
        "target": [stage.organ(target).id], "subject": subject, "ground": "overdue", "frame": "enforcement", "level": "order",
        "basis": "行政执法监督工作安排（演示）", "demand": "查明超期原因，依法尽快作出处理决定并书面反馈。", "due": due.isoformat(),
    }  # fmt: skip
    yield Act(on, SUPERVISOR, "issue", values)
    day = stage.after(on, 1)
    yield Act(day, office.handlers[0], "sign_in")
    if fate == "open":
        return
    day = stage.after(day, 3)
    yield Act(day, office.handlers[0], "report", {"answer": "承办人已调整，正在补充调查。"})
    day = stage.after(day, 4)
    yield Act(
        day,
        office.handlers[0],
        "answer",
        {"answer": "原因是鉴定耗时较长、承办人变动；已恢复办理并报负责人。"},
    )
    yield agree(stage.after(day, 1), office.head)
    if fate == "answered":
        return
    day = stage.working(on + timedelta(days=45))
    yield Act(day, SUPERVISOR, "check", {"check_note": "案件已作出决定，情况属实。"}, "solved")
