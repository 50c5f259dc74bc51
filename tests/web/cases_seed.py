"""Cases for looking at the screens: certificates first, then penalty cases in several states, in the demo county.

Run as a module with DJANGO_SETTINGS_MODULE (`python -m tests.web.cases_seed`) it fills the database of FAZHI_HOME; days are counted back from today.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from fazhi.cases import service
from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.demo import DemoCounty
from fazhi.procedures import Command

OFFICERS = ("zhifa1", "zhifa2", "zhifa3", "zhifa4", "fazhi1")


class Seed:
    """Runs commands as demo people on days that lie `ago` days back."""

    def __init__(self, county: DemoCounty, today: date) -> None:
        self.county, self.today = county, today

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def actor(self, who: str, role: str, on: date) -> ActorContext:
        post = self.county.posts[who, role]
        return actor_for(post.person, post.id, on)

    def run(
        self, who: str, role: str, procedure: str, action: str, ago: int, case: str | None = None, **more: Any
    ) -> str:
        on = self.day(ago)
        kind = more.pop("kind", "act")
        command = Command(kind, action=action, on=on, **more)
        now = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
        return service.run(command, self.actor(who, role, on), case=case, procedure=procedure, now=now).case

    def agree(self, who: str, role: str, case: str, ago: int, reason: str = "") -> None:
        self.run(who, role, "", "", ago, case, kind="agree", reason=reason)

    def person(self, who: str) -> str:
        return self.county.people[who].id

    def organ(self, code: str) -> str:
        return self.county.organs[code].id


def certificates(s: Seed, people: tuple[str, ...] = OFFICERS) -> list[str]:
    """Valid certificates, issued 300 days ago, as the register's own acts."""
    made = []
    for n, who in enumerate(people, 1):
        organ = "zfj" if who in ("zhifa3", "zhifa4") else "scj"
        handler, head = ("zhifa4", "juzhang2") if organ == "zfj" else ("zhifa2", "juzhang1")
        values = {
            "holder": s.person(who), "bureau": [s.organ("sfj")], "kind": "enforcement", "employment": "civil",
            "area": ["market" if organ == "scj" else "urban"],
        }  # fmt: skip
        case = s.run(
            handler,
            "handler",
            "enforcement_certificate",
            "apply",
            320,
            values=values,
            facts={"exam_passed": True},
        )
        s.agree(head, "head", case, 318)
        issued = {"number": f"33982100{n:02d}", "valid_until": (s.today + timedelta(days=900)).isoformat()}
        s.run("fuyi1", "handler", "", "issue", 300, case, values=issued)
        s.agree("sfjuzhang", "head", case, 299)
        made.append(case)
    return made


def filed(s: Seed, party: int, cause: str, ago: int, *, approved: bool = True) -> str:
    values = {
        "party": [s.county.parties[party].id], "cause": cause, "source": "inspection", "found_on": s.day(ago + 2).isoformat(),
        "officers": [s.person("zhifa1"), s.person("zhifa2")],
    }  # fmt: skip
    case = s.run("zhifa1", "handler", "penalty", "file", ago, values=values)
    if approved:
        s.agree("juzhang1", "head", case, ago)
    return case


def investigated(s: Seed, case: str, ago: int) -> None:
    handler = ("zhifa1", "handler", "")
    evidence = {
        "kind": "record",
        "name": "现场检查笔录",
        "taken_on": s.day(ago + 1).isoformat(),
        "shown": True,
    }
    s.run(*handler, "collect", ago + 1, case, values=evidence)
    s.run(
        *handler, "order_correction", ago + 1, case, values={"correction": "立即停止销售过期食品，三日内下架"}
    )
    facts = dict.fromkeys(("public_interest", "difficult", "review_by_rule", "major_rights", "grave"), False)
    found = {
        "act_on": s.day(ago + 5).isoformat(),
        "facts_found": "货架上有超过保质期的饼干12盒，有现场笔录和照片为证。",
    }
    s.run(*handler, "conclude", ago, case, values=found, facts=facts)


def notified(s: Seed, case: str, ago: int) -> None:
    handler = ("zhifa1", "handler", "")
    proposed = {
        "measures": ["fine", "confiscate_income"], "fine": 300_000, "confiscated": 21_000,
        "basis": "食品安全法第三十四条第十项、第一百二十四条第一款第五项",
    }  # fmt: skip
    s.run(*handler, "notify", ago, case, values=proposed, facts={"hearing_other": False})
    given = {"of": "notify", "to": "party", "way": "direct", "served_on": s.day(ago).isoformat()}
    s.run(*handler, "hand_over", ago, case, values=given)


def decided(s: Seed, case: str, ago: int) -> None:
    handler = ("zhifa1", "handler", "")
    facts = dict.fromkeys(("suspected_crime", "life_safety", "other_limit", "of_interest"), False)
    final = {
        "measures": ["fine", "confiscate_income"], "fine": 300_000, "confiscated": 21_000,
        "basis": "食品安全法第一百二十四条第一款第五项",
    }  # fmt: skip
    s.run(*handler, "waive", ago, case, values={"note": "当事人书面放弃"})
    s.run(
        *handler, "decide", ago, case, outcome="penalty", values=final, facts=facts | {"fined_before": False}
    )
    s.agree("juzhang1", "head", case, ago)


def penalties(s: Seed) -> dict[str, str]:
    """One case for each state that the screens show differently."""
    made = {"pending": filed(s, 0, "food_unlicensed", 1, approved=False)}
    made["investigating"] = filed(s, 1, "price_marking", 20)
    made["overdue"] = filed(s, 2, "food_expired", 104)
    investigated(s, made["overdue"], 60)
    made["warning"] = filed(s, 4, "false_advertising", 84)
    investigated(s, made["warning"], 40)
    notified(s, made["warning"], 2)
    made["decided"] = filed(s, 6, "food_expired", 40)
    investigated(s, made["decided"], 30)
    notified(s, made["decided"], 12)
    decided(s, made["decided"], 4)
    return made


def main() -> None:
    """Fill the demo database of FAZHI_HOME."""
    from django.utils import timezone

    from fazhi.organs.demo import load_demo_organs

    s = Seed(load_demo_organs(), timezone.localdate())
    certificates(s)
    penalties(s)
