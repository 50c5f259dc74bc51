"""Papers of an act: composed from its template and the case's state, numbered, hashed into the event, kept sealed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from fazhi.cases import numbering, personal, registers
from fazhi.cases.errors import Refused
from fazhi.cases.models import Paper
from fazhi.ledger.access_log import Reader
from fazhi.organs import secrecy
from fazhi.procedures.errors import Refusal
from fazhi.procedures.state import Body, State
from fazhi.procedures.text import Text

if TYPE_CHECKING:
    from fazhi.cases.casefile import CaseFile
    from fazhi.cases.service import Run
    from fazhi.procedures.places import Sources

SYSTEM = Reader("system", why="compose")


def make(run: Run, body: Body, templates: Sequence[str]) -> None:
    """Compose each paper; its title, number and hash go into the event, its text beside the case."""
    from fazhi.procedures import compose
    from fazhi.procedures.proposed import foreseen

    state, d = run.row.state, run.d
    assert state is not None
    draft = body["type"] == "proposed"
    trial, row = foreseen(d, state, registers.calendar()) if draft else (state, None)
    words = _words(run, trial)
    told, rows = [], []
    for name in templates:
        template = d.documents.get(name)
        if template is None:
            continue
        signing = compose.signing(d, trial, name)
        sources = compose.sources(
            d, trial, name, words=words, organs=_organs(trial, run.actor.organ), codes=_codes(run, trial),
            on=date.fromisoformat(body["occurred_on"]), draft=draft, row=row,
            venues=_venues(signing[0] if signing else run.actor.organ),
        )  # fmt: skip
        if not body.get("source"):  # what a file tells of past papers is taken as it is
            _complete(run, sources, name)
        number = ""
        if template.get("number") and not draft:
            number = _number(run, template["number"], body)
        text = compose.compose(sources, name, number=number)
        told.append({"template": name, "title": text.title, "number": number, "hash": text.digest()})
        sealed = secrecy.seal(
            json.dumps(text.to_json(), ensure_ascii=False), f"paper/{run.row.id}/{body['seq']}/{name}"
        )
        rows.append((run.row.id, body["seq"], name, text.title[:120], number, text.digest(), sealed))
    body["documents"] = told
    if rows:
        run.cursor.executemany(
            "INSERT INTO cases_paper (case_id, seq, template, title, number, hash, text) VALUES (%s,%s,%s,%s,%s,%s,%s)",
            rows,
        )


def _complete(run: Run, sources: Sources, name: str) -> None:
    """A paper without what the law wants in it is not made."""
    from fazhi.procedures.compose import lacking

    template, d = run.d.documents[name], run.d
    lacks = lacking(sources, name)
    if lacks:
        raise Refused(
            [
                Refusal(
                    f"《{template['title']}》依法应当载明「{title}」，还没有填写",
                    law=d.law_of(template["law"]),
                    field=field.split(".")[0],
                    next="请补充后再办理" if "." not in field else "请在当事人信息中补充，更正后再办理",
                    code="paper",
                )
                for field, title in lacks
            ]
        )


def _venues(organ: str) -> dict[str, str]:
    """With whom one may challenge this organ's decisions: 行政复议法第二十四条, 行政诉讼法第十四条、第十八条.

    A department's or a township's: the county government, and the county's court where one court alone is registered.
    The government's own go to the next one above and to the intermediate court, which no register here names.
    """
    row = registers.organ(organ)
    above = [registers.organ(x) for x in reversed(row.get("path", "").strip("/").split("/")) if x != organ]
    if row.get("kind") == "upper_branch":  # 行政复议法第二十七条
        return {"reconsideration": "上一级主管部门"}
    government = next((x for x in above if x.get("kind") == "government"), None)
    if row.get("kind") == "government" and government is None:
        return {"reconsideration": "上一级人民政府"}
    if government is None:
        return {}
    courts = _courts(row["county"])
    return {"reconsideration": government["name"]} | ({"litigation": courts[0]} if len(courts) == 1 else {})


def _courts(county: str) -> list[str]:
    from fazhi.organs.models import Organ

    def find() -> list[str]:
        return [str(o.name) for o in Organ.objects.filter(county_id=county, kind=Organ.Kind.COURT)]

    return registers.kept(("courts", county), find)


def _words(run: Run, state: State) -> dict[str, Any]:
    """The words behind every commitment of the state: those just given, and those kept before (the reading is logged)."""
    words = {k.commitment: k.value for k in run.kept}
    older = [c for c in personal.commitments([state.values, state.sides, state.parts]) if c not in words]
    if older:
        words |= personal.reveal([{"commit": c} for c in older], SYSTEM, run.using)
    return words


def _number(run: Run, rule: dict[str, str], body: Body) -> str:
    organ = run.row.organ
    year = int(body["occurred_on"][:4])
    series = rule["series"]
    n = numbering.give(run.cursor, run.vendor, organ, series, year, run.row.id, body["seq"])
    short = registers.organ(organ).get("short", "")
    return numbering.wording(
        rule.get("form", "{series}〔{year}〕{n}号"), organ=short, series=series, year=year, n=n
    )


def _organs(state: State, own: str) -> dict[str, str]:
    ids = {x for members in state.sides.values() for x in members if isinstance(x, str)} | (
        {own} if own else set()
    )
    return {i: registers.organ(i).get("name", "") for i in ids}


def _codes(run: Run, state: State) -> dict[str, dict[str, str]]:
    day = date.fromisoformat(state.opened_on) if state.opened_on else run.today
    return {
        k: {
            c: row["title"] for c, row in registers.codes(run.row.county, f.codes, day, run.row.organ).items()
        }
        for k, f in run.d.source.fields.items()
        if f.codes
    }


@dataclass(frozen=True)
class Printed:
    """A form of one row, as the case stands; `lacks`: what the law wants in it and the case does not have."""

    text: Text
    lacks: tuple[str, ...]
    law: str


def forms(file: CaseFile, part: str, index: int) -> list[tuple[str, str, int]]:
    """(template, title, which of those who are served): one to sign for each. Only for who handles the case."""
    if not file.sight.all:
        return []
    row = file.state.parts[part][index]
    served = file.state.sides.get(str(row.get("to", "")), ())
    return [
        (form, file.d.documents[form]["title"], n)
        for form in file.d.source.parts[part].prints
        for n in range(max(1, len(served)))
    ]


def printed(file: CaseFile, part: str, index: int, form: str, member: int, today: date) -> Printed | None:
    """The form composed on the spot: no act makes it, so nothing is written down but that it was read (by the caller)."""
    rows = file.state.parts.get(part, ())
    if index >= len(rows) or (form, member) not in {(f, n) for f, _, n in forms(file, part, index)}:
        return None
    from fazhi.procedures import compose

    ids = {x for members in file.state.sides.values() for x in members if isinstance(x, str)}
    organs = {i: registers.organ(i).get("name", "") for i in (*ids, file.row.organ)}
    found = compose.form(
        file.d, file.state, form, (part, index), words=file.words, organs=organs, on=today, member=member
    )
    lacks = tuple(title for _, title in compose.lacking(found, form))
    made = replace(compose.compose(found, form), status="issued")
    return Printed(made, lacks, file.d.law_of(file.d.documents[form].get("law", "")))


def open_(paper: Paper) -> Text:
    """The composed text of a paper. The caller has checked access and logs the reading."""
    return Text.from_json(
        json.loads(secrecy.unseal(paper.text, f"paper/{paper.case}/{paper.seq}/{paper.template}"))
    )
