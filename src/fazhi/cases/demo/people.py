"""执法证件: the register against which every act of an officer is checked."""

from __future__ import annotations

from datetime import date, timedelta

from fazhi.cases.demo.stage import Act, Script, Stage, agree

# User name, who applies and who approves in his organ, area, kind; days before today of issue and of expiry
# (negative: ahead), and whether last year's check was done.
OFFICERS = (
    ("zhifa1", "wenshu1/clerk", "juzhang1/head", "market", "enforcement", 1290, -900, True),
    ("zhifa2", "wenshu1/clerk", "juzhang1/head", "market", "enforcement", 1290, -900, True),
    ("fazhi1", "wenshu1/clerk", "juzhang1/head", "market", "enforcement", 1280, -20, True),
    ("fuju1", "wenshu1/clerk", "juzhang1/head", "market", "enforcement", 1100, -720, True),
    ("zhifa3", "wenshu2/clerk", "juzhang2/head", "urban", "enforcement", 1285, -900, True),
    ("zhifa4", "wenshu2/clerk", "juzhang2/head", "urban", "enforcement", 1285, -900, True),
    ("fazhi2", "wenshu2/clerk", "juzhang2/head", "urban", "enforcement", 1270, -900, False),
    ("duizhang2", "wenshu2/clerk", "juzhang2/head", "urban", "enforcement", 1260, 75, True),
    ("jiandu", "sifa/clerk", "sfjuzhang/head", "market", "supervision", 1000, -800, True),
)


def begin(stage: Stage) -> None:
    for n, row in enumerate(OFFICERS, start=1):
        stage.start("enforcement_certificate", _certificate(stage, n, *row))


def _certificate(
    stage: Stage, n: int, holder: str, clerk: str, head: str, area: str, kind: str, issued: int, expires: int, checked: bool
) -> Script:  # fmt: skip
    day = stage.ago(issued + 10)
    until = stage.today - timedelta(days=expires)
    values = {
        "holder": stage.person(holder), "bureau": [stage.organ("sfj").id], "kind": kind, "area": [area],
        "employment": "civil", "exam_on": (day - timedelta(days=60)).isoformat(),
    }  # fmt: skip
    yield Act(day, clerk, "apply", values, facts={"exam_passed": True})
    yield agree(stage.after(day, 1), head)
    day = stage.after(day, 5)
    number = f"AL-{day.year}-{n:04d}"
    yield Act(day, "fuyi1/handler", "issue", {"number": number, "valid_until": until.isoformat()})
    day = stage.after(day, 1)
    yield agree(day, "sfjuzhang/head")
    due = day
    while True:
        due = _year_later(due)
        if due >= until or (due >= stage.today and not checked):
            return
        if not checked and _year_later(due) >= stage.today:
            return
        day = stage.working(due - timedelta(days=25))
        yield Act(day, "jiandu/supervisor", "check", {"hours": 64 + n % 5}, "passed")
        due = max(due, day)


def _year_later(day: date) -> date:
    return day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else date(day.year + 1, 2, 28)
