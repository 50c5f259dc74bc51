"""The form of one action, made from its definition: what it asks, the questions that its needs turn on, when it happened.

`v_…` are values and sides, `q_…` answers to questions; the rest have their own names (outcome, part, on, at, reason). The
engine decides what is missing or wrong; the form only reads what was typed into the values that a command carries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from fazhi.cases import access, attachments, officers, registers, search
from fazhi.cases.casefile import CaseFile
from fazhi.cases.said import Speaker
from fazhi.cases.trial import Trial
from fazhi.organs import parties
from fazhi.organs.actor import ActorContext
from fazhi.organs.models import Organ, Party
from fazhi.procedures import Command, Definition, Refusal
from fazhi.procedures import grammar as g
from fazhi.procedures.model import Action, Ask, Fact, Outcome
from fazhi.procedures.turn import BACKDATED
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

KINDS = {"department": 0, "government": 1, "township": 2}  # who mostly takes part comes first
NARROW = {"date", "moment", "int", "money"}  # two of these stand side by side


@dataclass(frozen=True)
class Setting:
    """Which action, by whom, in which case; `case` is the id of an existing case or of the one to be opened."""

    ctx: ActorContext
    d: Definition
    action: Action
    file: CaseFile | None
    say: Speaker | None
    today: date
    case: str

    @property
    def county(self) -> str:
        return self.file.row.county if self.file else self.ctx.county

    @property
    def organ(self) -> str:
        return self.file.row.organ if self.file else self.ctx.organ

    @property
    def law(self) -> str:
        return self.d.law_of(self.action.law) if self.action.law else ""

    @property
    def steps(self) -> list[Action]:
        """The acts that this form carries out: itself, or those of a quick one."""
        return [self.d.actions[n] for n in self.action.quick] or [self.action]


def asked(s: Setting, o: Outcome | None) -> list[Ask]:
    """Every field that is asked for, each once."""
    found: dict[str, Ask] = {}
    for step in s.steps:
        for ask in (*step.asks, *(o.asks if o and o.name in step.outcomes else ())):
            if ask.field not in found or ask.required:
                found[ask.field] = ask
    return list(found.values())


def headings(s: Setting) -> dict[str, tuple[int, str, str]]:
    """{field: (place, title and hint of its group)} by the definition's groups; a row's own fields stand outside them."""
    part = s.action.adds or s.action.on
    own = s.d.source.parts[part].fields if part else {}
    return {
        name: (100 * i + j, group.title, zh(group.hint))
        for i, group in enumerate(s.d.source.groups)
        for j, name in enumerate(group.fields)
        if name not in own
    }


def questions(s: Setting, o: Outcome | None) -> list[Fact]:
    """Asked facts on which this action with this outcome may turn, through computed facts as well."""
    d = s.d
    names: set[str] = set()
    for step in s.steps:
        chosen = o if o and o.name in step.outcomes else None
        for need in (*step.needs, *(chosen.needs if chosen else ())):
            names |= need.that.names | (need.when.names if need.when else set())
        for source in (step.source, chosen.source if chosen else None):
            for text in _whens(source):
                names |= d.whens[text].names if text in d.whens else set()
    seen: set[str] = set()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        fact = d.facts.get(name)
        if fact is not None and fact.value is not None:
            names |= fact.value.names
    wanted = seen & {q for step in s.steps for q in step.questions}
    return [f for f in d.facts.values() if f.name in wanted]


def telling(s: Setting, o: Outcome | None) -> set[str]:
    """Facts on which it turns what follows the act: remedies, links, publication. They hold nothing up, but have to be said."""
    return {
        name
        for step in s.steps
        for source in (step.source, step.outcomes[o.name].source if o and o.name in step.outcomes else None)
        for text in _whens(source)
        if text in s.d.whens
        for name in s.d.whens[text].names
    }


def _whens(source: Any) -> list[str]:
    if source is None:
        return []
    found = [*(r.when for r in source.remedies), *(x.when for x in source.links)]
    found.append(source.discloses.when if source.discloses else None)
    return [text for text in found if text]


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
        initial = {**self._known(), **{f"v_{k}": v for k, v in self.preset.get("values", {}).items()}}
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
        if options := self._for_whom():
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
        if self._needs_time():
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

    def _for_whom(self) -> list[Option]:
        """Who may open a case in another organ's name (代为办理) says in whose."""
        s = self.s
        if s.file is not None or not s.ctx.lines:
            return []
        side = next((x for step in s.steps[:1] for x, role in step.by if role in s.ctx.roles), "")
        if not side or s.d.source.sides[side].is_ == "party":
            return []
        self.own_side = side
        may = set(access.mine(s.ctx, s.d)) - {s.ctx.organ}
        others = {
            line.other: Option(line.other, line.name, f"代为办理：{line.matter}")
            for line in s.ctx.lines
            if line.other in may and line.matter in ("", s.d.source.matter)
        }
        if not others:
            return []
        own = Option(s.ctx.organ, s.ctx.organ_name, "本机关")
        return [*others.values(), own] if s.d.source.sides[side].acts_through else [own, *others.values()]

    def _field(self, ask: Ask, data: QueryDict | None) -> forms.Field:
        s, d = self.s, self.s.d
        name = ask.field
        if name in d.source.sides:
            return self._side(name, ask, data)
        part = s.action.adds or s.action.on
        f = (d.source.parts[part].fields.get(name) if part else None) or d.source.fields[name]
        rest: dict[str, Any] = {"label": f.title, "required": ask.required, "help_text": zh(f.hint)}
        made: forms.Field
        match f.type:
            case "officer" | "person":
                options = self._people(f.type == "officer")
                made = SomeField(options, **rest) if f.many else OneField(options, **rest)
            case "party":
                made = PartyField(self._parties(name, f.many, data), single=not f.many, **rest)
            case "file" | "document":
                made = FileField(self._files(name, data), single=not f.many, **rest)
            case "link":
                made = LinkField(lambda text: search.by_number(s.ctx, text, _linked(f)), many=f.many, **rest)
            case _:
                made = build(
                    name,
                    f,
                    self._options(name, f),
                    short=bool(part and name in s.d.source.parts[part].fields),
                    **rest,
                )
        made.law = d.law_of(f.law) if f.law else ""  # type: ignore[attr-defined]
        made.narrow = f.type in NARROW  # type: ignore[attr-defined]
        return made

    def _side(self, name: str, ask: Ask, data: QueryDict | None) -> forms.Field:
        side = self.s.d.source.sides[name]
        rest: dict[str, Any] = {"label": side.title, "required": ask.required}
        if side.is_ == "party":
            return PartyField(self._parties(name, side.many, data), single=not side.many, **rest)
        options = self._organs()
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

    def _options(self, name: str, f: g.FieldDef) -> list[Option] | None:
        s = self.s
        if f.type == "choice":
            keys = list(f.choices)
            if s.file and keys and all(k in s.d.actions for k in keys):  # papers by the act that issued them
                keys = [k for k in keys if s.file.state.done(k)]
            return [Option(k, f.choices[k]) for k in keys]
        if f.type == "code":
            rows = registers.codes(s.county, f.codes, s.today, s.organ)
            return [Option(k, str(row.get("title", k))) for k, row in rows.items()]
        if f.type == "side":
            held = s.file.state.sides if s.file else {}
            return [Option(k, x.title) for k, x in s.d.source.sides.items() if held.get(k)]
        if f.type == "outcome":
            return [Option(o.name, o.title) for a in s.d.actions.values() for o in a.outcomes.values()]
        return None

    def _people(self, certified: bool) -> list[Option]:
        s = self.s
        found = officers.listed({s.ctx.organ, s.organ}, s.today)
        return [
            Option(c.id, c.name, f"{c.organ} {c.title}" + (f" · 执法证 {c.certificate}" if c.certificate else ""), "" if c.certificate or not certified else "无有效执法证件")
            for c in found
        ]  # fmt: skip

    def _organs(self) -> list[Option]:
        rows = Organ.objects.on(self.s.today).filter(county_id=self.s.county).order_by("path")
        return [Option(o.id, o.name) for o in sorted(rows, key=lambda o: KINDS.get(o.kind, 9))]

    def _parties(self, name: str, many: bool, data: QueryDict | None) -> list[Option]:
        """Those chosen so far, those of the case, and what the search box finds."""
        chosen = list(data.getlist(f"v_{name}")) if data is not None else []
        held = [
            x["id"]
            for x in (self.s.file.state.sides.get(name, ()) if self.s.file else ())
            if isinstance(x, dict)
        ]
        preset = self.preset.get("values", {}).get(name) or []
        ids = dict.fromkeys([*chosen, *(x if isinstance(x, str) else x["id"] for x in preset), *held])
        rows = {p.id: p for p in Party.objects.filter(pk__in=list(ids)[:50])}
        found = [rows[i] for i in ids if i in rows]
        text = (data.get(f"find_{name}", "") if data is not None else "").strip()
        if text:
            found += [p for p in parties.search(text) if p.id not in rows]
        return [party_option(p) for p in found]

    def _files(self, name: str, data: QueryDict | None) -> list[Option]:
        """Files that this person has put up for this form; the case's other files are none of its choices."""
        chosen = data.getlist(f"v_{name}") if data is not None else []
        held = attachments.of_person(self.s.case, self.s.ctx.person, chosen)
        return [Option(h.hash, h.name, _size(h.size)) for h in held]

    def _needs_time(self) -> bool:
        names = {step.name for step in self.s.steps}
        clocks = [
            *self.s.d.clocks.values(),
            *(c for cs in self.s.d.part_clocks.values() for c in cs.values()),
        ]
        return any(
            c.length and c.length.unit == "hours" and {x.split(".")[0] for x in c.start} & names
            for c in clocks
        )

    # ---- what is known already --------------------------------------------------------------------------------------

    def _known(self) -> dict[str, Any]:
        """What the case says already, so that nothing is typed twice. Free text without an article (说明, 理由) belongs to
        its act and is not carried over; a row's fields are its own."""
        s = self.s
        if s.file is None:
            return {}
        part = s.action.adds or s.action.on
        own = set(s.d.source.parts[part].fields) if part else set()
        found: dict[str, Any] = {}
        outcomes = [o for step in s.steps for o in step.outcomes.values()]
        names = {a.field for step in s.steps for a in step.asks} | {a.field for o in outcomes for a in o.asks}
        for name in names - own:
            f = s.d.source.fields.get(name)
            if f is None:
                if members := s.file.state.sides.get(name):
                    found[f"v_{name}"] = [x["id"] if isinstance(x, dict) else x for x in members]
                continue
            value = s.file.shown(s.file.state.values.get(name))
            if value is None or (f.type in ("text", "file", "document") and not f.law and not f.find):
                continue
            found[f"v_{name}"] = self._typed(f, value)
        for name, value in s.file.state.facts.items():
            if name in s.d.facts:
                found[f"q_{name}"] = value
        return found

    def _typed(self, f: g.FieldDef, value: Any) -> Any:
        if isinstance(value, list):
            kept = [self._typed(f, v) for v in value]
            return "、".join(kept) if f.type == "link" else kept
        if isinstance(value, Mapping):
            return value.get("id", "")
        if f.type == "link" and self.s.say:
            return self.s.say.cases.get(str(value), str(value)).split(" ")[0]
        if f.type == "date":
            return date.fromisoformat(str(value)[:10])
        return value

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


def party_option(p: Party) -> Option:
    kind = p.get_kind_display()
    return Option(p.id, p.shown_name, " · ".join(x for x in (kind, p.identity_shown) if x))


def _linked(f: g.FieldDef) -> list[str]:
    return [n for n in f.to if n != "any"]


def _size(n: int) -> str:
    return f"{n / 2**20:.1f} MB" if n >= 2**20 else f"{max(1, n // 1024)} KB"


def backdated(on: date, today: date) -> bool:
    return today - on > timedelta(days=BACKDATED.days)
