"""送达回证: every paper that the three procedures serve has one, bound to what is served, to whom and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest
from tests.procedures.walked import CALENDAR

from fazhi.procedures import attempt, compose, library, scenarios
from fazhi.procedures.commands import Decision
from fazhi.procedures.model import Definition
from fazhi.procedures.state import State
from fazhi.procedures.text import Rows, Text, plain

PROCEDURES = ["penalty", "reconsideration", "reconsideration_2018", "disclosure_request"]
FORM = "service_return"


@dataclass(frozen=True)
class Receipt:
    of: str
    way: str
    phase: str
    text: Text
    lacking: tuple[str, ...]

    def boxes(self) -> dict[str, str]:
        tables = [block for block in self.text.blocks if isinstance(block, Rows)]
        return {box.label: plain(box.runs) for table in tables for row in table.rows for box in row}


class Run(scenarios.Run):
    """A scenario that prints the form of every row of 送达 whenever something has happened."""

    made: list[Receipt]

    def _append(self, decision: Decision) -> None:
        super()._append(decision)
        if self.state is None:
            return
        state = attempt.fork(self.state)
        state.number = state.number or "安复〔2026〕1号"
        state.documents = self._numbered(state)
        organs = {str(x): f"安澜县{x}" for side in state.sides.values() for x in side if isinstance(x, str)}
        for n, row in enumerate(state.parts.get("deliveries", ())):
            found = compose.form(
                self.d, state, FORM, ("deliveries", n), words={}, organs=organs | {"": "安澜县某局"}, on=date(2026, 3, 2), member=0,
            )  # fmt: skip
            lacks = tuple(title for _, title in compose.lacking(found, FORM))
            self.made.append(
                Receipt(row["of"], row["way"], row["phase"], compose.compose(found, FORM), lacks)
            )

    def _numbered(self, state: State) -> list[dict[str, object]]:
        """The papers as the service numbers them: a scenario keeps their templates only."""
        made = []
        for act in state.acts:
            a = self.d.actions[act["a"]]
            o = a.outcomes.get(act.get("o", ""))
            for name in (*a.documents, *(o.documents if o else ())):
                made.append({"template": name, "title": self.d.documents[name]["title"], "number": "某〔2026〕7号", "seq": act["s"]})  # fmt: skip
        return made


def definition(name: str) -> Definition:
    return library.read(next(p for p in library.files() if p.stem == name))


@cache
def receipts(name: str) -> list[Receipt]:
    d = definition(name)
    path = next(p for p in library.files() if p.stem == name)
    data = scenarios.read(path.with_name(path.name.replace(".yaml", ".scenarios.yaml")))
    made: list[Receipt] = []
    for scenario in data["scenarios"]:
        run = Run(d, data, scenario, CALENDAR, scenarios.Coverage())
        run.made = made
        run.run()
    return made


@pytest.mark.parametrize("name", PROCEDURES)
def test_what_can_be_served_is_a_paper_of_the_procedure(name: str) -> None:
    d = definition(name)
    for act in d.source.parts["deliveries"].fields["of"].choices:
        a = d.actions[act]
        assert a.documents or any(o.documents for o in a.outcomes.values()), act


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_receipt_names_the_paper_its_number_and_who_receives_it(name: str) -> None:
    made = receipts(name)
    assert made
    for one in made:
        boxes = one.boxes()
        assert one.lacking == (), one
        assert "《" in boxes["送达文书"], one
        assert "某〔2026〕7号" in boxes["送达文书"] or one.of in {"send"}, one
        assert boxes["受送达人"], one
        assert boxes["送达方式"], one
        assert "待填" not in "".join(boxes.values())


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_receipt_is_blank_to_be_signed_before_service_and_bears_the_day_after_it(name: str) -> None:
    days = {one.phase: one.boxes()["送达日期"] for one in receipts(name)}
    assert days["served"].startswith("20")
    if "sent" in days:
        assert days["sent"].strip("　") == "年　　月　　日"


def test_the_article_is_that_of_the_procedure() -> None:
    laws = {name: definition(name).documents[FORM]["law"] for name in PROCEDURES}
    assert laws == {"penalty": "第六十一条", "reconsideration": "第八十八条第一款", "reconsideration_2018": "第四十条第一款", "disclosure_request": ""}  # fmt: skip
