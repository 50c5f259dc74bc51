"""The form of one action, made from its definition: what it asks, the questions that its needs turn on, when it happened.

`v_…` are values and sides, `q_…` answers to questions; the rest have their own names (outcome, part, on, at, reason). The
engine decides what is missing or wrong; the form only reads what was typed into the values that a command carries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from fazhi.cases import search
from fazhi.cases.trial import Trial
from fazhi.procedures import Command, Refusal
from fazhi.procedures import grammar as g
from fazhi.procedures.model import Ask, Fact, Outcome
from fazhi.procedures.turn import BACKDATED
from fazhi.web import case_choices
from fazhi.web.case_asks import Setting, asked, carried_over, headings, needs_time, questions, telling
from fazhi.web.case_choices import for_whom
from fazhi.web.case_fields import (
    FileField,
    IntField,
    LinkField,
    MoneyField,
    OneField,
    Option,
    PartyField,
    SomeField,
    TextField,
    YesNoField,
    build,
)
from fazhi.web.case_page import takes_row, zh
from fazhi.web.forms import Form, date_field

NARROW = {"date", "moment", "int", "money"}  # two of these stand side by side


@dataclass
class OutcomeChoice:
    name: str
    title: str
    hint: str
    law: str
    to: str
    chosen: bool
    blockers: list[dict[str, str]] = field(default_factory=list)


class ActionForm(Form):
    """`quiet` shows no errors: the page was only drawn anew, nothing was sent."""

    def __init__(
        self,
        s: Setting,
        data: QueryDict | None = None,
        *,
        preset: Mapping[str, Any] | None = None,
        quiet: bool = False,
    ) -> None:
        self.s, self.quiet = s, quiet
        self.preset = dict(preset or {})
        chosen = data.get("outcome", "") if data is not None else str(self.preset.get("outcome", ""))
        outcomes = {k: o for step in s.steps for k, o in step.outcomes.items()}
        self.outcome: Outcome | None = outcomes.get(chosen)
        self.outcomes = outcomes
        initial = {**carried_over(s), **{f"v_{k}": v for k, v in self.preset.get("values", {}).items()}}
        super().__init__(data=None, initial=initial)
        heads = headings(s)
        self.asked = sorted(
            asked(s, self.outcome), key=lambda a: heads[a.field][0] if a.field in heads else -1
        )
        self.questions = questions(s, self.outcome)
        self.telling = telling(s, self.outcome)
        self._build(data)
        if data is not None:
            self.data = self._complete(data)
            self.is_bound = True
        for bound in self:
            verb = (
                "选择" if isinstance(bound.field, forms.ChoiceField | forms.MultipleChoiceField) else "填写"
            )
            bound.field.error_messages["required"] = f"请{verb}「{bound.label}」。"

    # ---- building ---------------------------------------------------------------------------------------------------

    def _build(self, data: QueryDict | None) -> None:
        s = self.s
        part = s.action.on
        if part:
            rows = [
                r
                for r in (s.file.state.parts.get(part, ()) if s.file else ())
                if takes_row(s.d, s.action.ends, part, r)
            ]
            options = [
                Option(
                    str(r["index"]),
                    s.say.row_title(part, r),
                    s.d.source.parts[part].phases.get(r.get("phase", ""), ""),
                )
                for r in rows
                if s.say
            ]
            self.fields["part"] = OneField(options, label=s.d.source.parts[part].title, required=False)
            self.initial.setdefault(
                "part", self.preset.get("part") or (options[0].value if len(options) == 1 else "")
            )
        self.own_side, options = for_whom(s)
        if options:
            self.fields["as_organ"] = OneField(options, label="以哪个机关的名义办理", required=True)
            self.initial.setdefault("as_organ", options[0].value)
        for ask in self.asked:
            self.fields[f"v_{ask.field}"] = self._field(ask, data)
        for fact in self.questions:
            self.fields[f"q_{fact.name}"] = self._question(fact)
        self.fields["on"] = date_field(
            "办理日期", required=False, help_text="实际办理的那一天，不是录入的那一天。"
        )
        self.initial["on"] = s.today
        if needs_time(s):
            self.fields["at"] = TextField(
                label="办理时间", required=False, max_length=5, help_text="本动作的期限按小时计算，请写明几时几分。",
                widget=forms.TextInput(attrs={"type": "time"}),
            )  # fmt: skip
        words = "有无正当理由" if s.action.deemed else "补录理由"
        hint = "" if s.action.deemed else f"办理日期早于今天{BACKDATED.days}日以上的，写明为什么现在才录入。"
        self.fields["reason"] = TextField(
            label=words,
            required=False,
            max_length=2000,
            help_text=hint,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _field(self, ask: Ask, data: QueryDict | None) -> forms.Field:
        s, d = self.s, self.s.d
        name = ask.field
        if name in d.source.sides:
            return self._side(name, ask, data)
        f = s.row_fields.get(name) or d.source.fields[name]
        rest: dict[str, Any] = {"label": f.title, "required": ask.required, "help_text": zh(f.hint)}
        made: forms.Field
        match f.type:
            case "officer" | "person":
                options = case_choices.people(s, f.type == "officer")
                made = SomeField(options, **rest) if f.many else OneField(options, **rest)
            case "party":
                made = PartyField(self._parties(name, data), single=not f.many, **rest)
            case "file" | "document":
                made = FileField(case_choices.files(s, name, data), single=not f.many, **rest)
            case "link":
                made = LinkField(lambda text: search.by_number(s.ctx, text, _linked(f)), many=f.many, **rest)
            case _:
                made = build(name, f, case_choices.options(s, f), short=name in s.row_fields, **rest)
        made.law = d.law_of(f.law) if f.law else ""  # type: ignore[attr-defined]
        made.narrow = f.type in NARROW  # type: ignore[attr-defined]
        return made

    def _parties(self, name: str, data: QueryDict | None) -> list[Option]:
        return case_choices.parties(self.s, name, data, self.preset.get("values", {}).get(name) or ())

    def _side(self, name: str, ask: Ask, data: QueryDict | None) -> forms.Field:
        side = self.s.d.source.sides[name]
        rest: dict[str, Any] = {"label": side.title, "required": ask.required}
        if side.is_ == "party":
            return PartyField(self._parties(name, data), single=not side.many, **rest)
        options = case_choices.organs(self.s)
        return SomeField(options, **rest) if side.many else OneField(options, many_words=True, **rest)

    def _question(self, fact: Fact) -> forms.Field:
        rest: dict[str, Any] = {"label": fact.title, "required": False, "help_text": zh(fact.source.hint)}
        made: forms.Field
        match fact.type:
            case "bool":
                made = YesNoField(**rest)
            case "money":
                made = MoneyField(**rest)
            case "int":
                made = IntField(**rest)
            case "date":
                made = build(fact.name, g.FieldDef(title=fact.title, type="date"), None, **rest)
            case _:
                made = TextField(max_length=2000, **rest)
        made.law = self.s.d.law_of(fact.law) if fact.law else ""  # type: ignore[attr-defined]
        return made

    # ---- reading what was sent ---------------------------------------------------------------------------------------

    def _complete(self, data: QueryDict) -> QueryDict:
        """What was sent, and for fields that were not on the sent page (another outcome's) what is known already."""
        full = data.copy()
        shown = set(full.getlist("shown"))
        for name, f in self.fields.items():
            if name in full or name in shown or name not in self.initial:
                continue
            value = f.prepare_value(self.initial[name]) if hasattr(f, "prepare_value") else self.initial[name]
            full.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
        return full

    # ---- errors -----------------------------------------------------------------------------------------------------

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.quiet else super().errors

    def refuse_all(self, refusals: Sequence[Refusal]) -> None:
        """Put the engine's refusals to the fields that they name."""
        self.refusals = list(refusals)
        for r in refusals:
            name = self.field_of(r.field)
            words = zh(r.message) + (f"（{r.law}）" if r.law else "") + (f"。{zh(r.next)}" if r.next else "")
            self.add_error(name, words)

    def field_of(self, name: str) -> str | None:
        for candidate in (f"v_{name}", f"q_{name}", name):
            if candidate in self.fields:
                return candidate
        return None

    # ---- what it gives ----------------------------------------------------------------------------------------------

    def command(self) -> Command:
        """What was typed, as a command; fields with errors are left out, so it serves for a trial as well."""
        given = self.cleaned_data
        values = {k[2:]: v for k, v in given.items() if k.startswith("v_") and v not in (None, "", [])}
        facts = {k[2:]: v for k, v in given.items() if k.startswith("q_") and v is not None}
        sides = {self.own_side: [given["as_organ"]]} if given.get("as_organ") else {}
        on = given.get("on") or self.s.today
        at = f"{on.isoformat()}T{given['at']}:00+08:00" if given.get("at") else None
        part = int(given["part"]) if given.get("part") else None
        return Command(
            "act", action=self.s.action.name, on=on, at=at, outcome=self.outcome.name if self.outcome else "",
            values=values, facts=facts, sides=sides, part=part, reason=given.get("reason") or "",
        )  # fmt: skip

    def untouched(self) -> ActionForm:
        """The same form as if it were sent as it is drawn: what is known already, for a first look at the needs."""
        data = QueryDict(mutable=True)
        if self.outcome:
            data["outcome"] = self.outcome.name
        return ActionForm(self.s, data, preset=self.preset, quiet=True)

    def outcome_choices(self) -> list[OutcomeChoice]:
        blocked: Mapping[str, Any] = {}
        if self.s.file:
            option = next((o for o in self.s.file.options if o.action.name == self.s.action.name), None)
            blocked = option.outcomes if option else {}
        return [
            OutcomeChoice(
                o.name, o.title, zh(o.source.hint), self.s.d.law_of(o.law) if o.law else "",
                self.s.d.source.phases.get(o.to or "", ""), o is self.outcome,
                [{"message": zh(r.message), "law": r.law, "next": zh(r.next)} for r in blocked.get(o.name, ())],
            )
            for o in self.outcomes.values()
        ]  # fmt: skip

    def answers(self) -> list[dict[str, Any]]:
        """[{label, value, field, head}] for the page on which answers are checked, in the form's own order and groups."""
        rows: list[dict[str, Any]] = []
        grouped = self._grouped([])
        heads = {g["fields"][0].name: g["title"] for g in grouped}
        if len(grouped) > 1:
            heads |= {
                next((b.name for b in self if b.name.startswith("q_")), "on"): "认定的事实",
                "on": "何时办理",
            }
        if self.outcome:
            rows.append({"label": "处理结果", "value": self.outcome.title, "field": "outcome", "head": ""})
        for bound in self:
            name, f = bound.name, bound.field
            value = self.cleaned_data.get(name)
            if name in ("reason", "at") and not value:
                continue
            if name.startswith("q_") and value is None:
                continue
            said = None if value in (None, "", []) else f.words(value) if hasattr(f, "words") else str(value)
            rows.append(
                {"label": bound.label, "value": said, "field": bound.auto_id, "note": getattr(f, "law", ""), "head": heads.get(name)}
            )  # fmt: skip
        return rows

    def parts(self, trial: Trial | None) -> list[dict[str, Any]]:
        """The fields in their groups, for the template."""
        first = [self[n] for n in ("part", "as_organ") if n in self.fields]
        relevant, known, idle = self._sorted_questions(trial)
        groups = self._grouped(first)
        if relevant:
            groups.append({"title": "需要认定的事实", "fields": relevant, "fold": False})
        if known:
            groups.append(
                {"title": f"先前已经认定的事实（{len(known)} 项，可以更改）", "fields": known, "fold": True}
            )
        if idle:
            title = f"其他可以认定的事实（{len(idle)} 项，对现在的结果没有影响）"
            groups.append({"title": title, "fields": idle, "fold": True})
        when = [self[n] for n in ("on", "at", "reason") if n in self.fields]
        groups.append({"title": "何时办理", "fields": when, "fold": False, "two": True})
        return groups

    def _grouped(self, first: list[Any]) -> list[dict[str, Any]]:
        """What is asked, under the headings of the definition where several of them apply; what they leave out comes first."""
        heads = headings(self.s)
        several = len({heads[a.field][1] for a in self.asked if a.field in heads}) > 1
        found: list[dict[str, Any]] = [{"title": "", "hint": "", "fields": list(first)}]
        for ask in self.asked:
            _, title, hint = heads.get(ask.field, (0, "", "")) if several else (0, "", "")
            if title != found[-1]["title"]:
                found.append({"title": title, "hint": hint, "fields": []})
            found[-1]["fields"].append(self[f"v_{ask.field}"])
        return [g | {"fold": False, "grid": True} for g in found if g["fields"]]

    def _sorted_questions(self, trial: Trial | None) -> tuple[list[Any], list[Any], list[Any]]:
        """Questions on which something turns now; those answered in an earlier act; those on which nothing turns."""
        found = trial.lookups if trial else {}
        relevant, known, idle = [], [], []
        for fact in self.questions:
            bound = self[f"q_{fact.name}"]
            if fact.source.lookup and fact.name in found and not found[fact.name].get("found"):
                continue  # the system has looked and found nothing: there is nothing to confirm
            before = self.initial.get(f"q_{fact.name}") is not None
            given = self.is_bound and bound.data not in (None, "") and not before
            told = fact.name in self.telling and not before
            if bound.errors or given or told or trial is None or fact.name in trial.turning:
                relevant.append(bound)
            else:
                (known if before else idle).append(bound)
        return relevant, known, idle


def _linked(f: g.FieldDef) -> list[str]:
    return [n for n in f.to if n != "any"]
