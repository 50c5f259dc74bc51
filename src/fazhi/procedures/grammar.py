"""The definition language as pydantic models: what may stand in a procedure file, and its JSON Schema.

A file is loaded into these models once (`loader`), checked, and turned into the frozen values of `model`
that the engine runs on. Unknown keys are errors. Articles are written 第四十二条 (of `statute`) or
行政强制法 第五十四条; periods "5 working days", "$respond_days natural days".
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FieldType = Literal[
    "bool", "int", "money", "date", "moment", "text", "choice", "code", "party", "officer", "person",
    "side", "link", "document", "file", "place", "outcome",
]  # fmt: skip


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)


class InForce(Model):
    """Since when this version applies, and what becomes of cases under way (`running`)."""

    from_: date = Field(alias="from")
    to: date | None = None
    running: Literal["keep", "move", "ask"] = "ask"
    law: str = ""
    unverified: bool = False


class Side(Model):
    """Who takes part. `sees: own` = only what it did itself and what was sent to it; `sent` = that, and nothing at all,
    not even that there is a case, before something was sent to it or it acted itself."""

    title: str
    is_: Literal["organ", "body", "party"] = Field(alias="is")
    roles: list[str] = []
    many: bool = False
    acts_through: str = ""
    sees: Literal["all", "own", "sent", "nothing"] = "all"


class Parameter(Model):
    title: str
    type: Literal["int", "money", "text", "bool"] = "int"
    source: str = ""
    law: str = ""
    unverified: bool = False


class FieldDef(Model):
    title: str
    type: FieldType = "text"
    many: bool = False
    choices: dict[str, str] = {}
    codes: str = ""
    to: list[str] = []
    personal: bool = False
    find: bool = False
    hidden_from: list[str] = []
    bars: bool = False  # whoever is named here sees nothing of the case and does nothing in it (回避)
    hint: str = ""
    law: str = ""
    least: int | None = None

    @property
    def beside(self) -> bool:
        """Lies beside the hashed event, as a commitment in it: personal values, free text, files.

        A text by which cases are found (`find`) stands in the event, so it must not be personal.
        """
        return self.personal or (self.type in ("text", "place", "file") and not self.find)


class Lookup(Model):
    """A fact found in other cases: those of `procedure` that agree in `same` and satisfy `where` (SQL over the row)."""

    procedure: str
    same: list[str]
    where: str = ""
    count: bool = False
    within: Literal["year"] | None = None


class Fact(Model):
    """A value that needs and clocks refer to: computed (`value`), answered by a person (`ask`) or looked up."""

    title: str
    type: Literal["bool", "int", "money", "date", "text"] = "bool"
    law: str = ""
    value: str | None = None
    ask: str | None = None
    lookup: Lookup | None = None
    confirm: str | None = None
    unverified: bool = False
    hint: str = ""


class Need(Model):
    that: str
    else_: str = Field(alias="else")
    law: str
    level: Literal["block", "flaw"] = "block"
    when: str | None = None
    do: str = ""  # the action that would meet it, for "去处理"
    unverified: bool = False


class Remedy(Model):
    kind: Literal["reconsideration", "litigation", "recheck", "review", "appeal", "none"]
    within: str = ""
    law: str
    when: str | None = None
    first: bool = False
    to: str = ""
    unverified: bool = False


class Disclosure(Model):
    when: str | None = None
    within: str = ""
    law: str = ""
    until: str = ""
    masks: list[str] = []
    unverified: bool = False


class Link(Model):
    """`opens` a case of another procedure, carrying fields; `to`+`event` tells a linked case; `from_` waits for one."""

    opens: str = ""
    carries: list[str] | dict[str, str] = []
    side: str = ""
    when: str | None = None
    to: str = ""
    event: str = ""
    from_: str = Field("", alias="from")
    replaces: bool = False
    law: str = ""


class Tell(Model):
    link: str
    event: str


class Number(Model):
    """A running number given at the last yes: 〔{year}〕{n}号 behind `series`."""

    series: str
    form: str = "{organ}{series}〔{year}〕{n}号"  # each organ counts for itself, so the number names it


class Outcome(Model):
    title: str
    to: str | None = None
    law: str = ""
    asks: list[str] = []
    needs: list[Need] = []
    documents: list[str] = []
    remedies: list[Remedy] = []
    discloses: Disclosure | None = None
    links: list[Link] = []
    tells: Tell | None = None
    sets: dict[str, str] = {}
    hint: str = ""
    unverified: bool = False


class AnyOf(Model):
    any: list[str]


class Action(Model):
    """What can be done. `by`: side.role, a list of them, a CEL expression giving one, `deemed` or `system`."""

    title: str
    by: str | list[str] = []
    from_: list[str] = Field([], alias="from")
    to: str | None = None
    opens: str | None = None
    asks: list[str] = []  # "field" must be answered, "field?" may
    needs: list[Need] = []
    outcomes: dict[str, Outcome] = {}
    approve: list[str | AnyOf] = []
    law: str = ""
    documents: list[str] = []
    adds: str | None = None  # a part of which this act adds one
    on: str | None = None  # a part: the act is done on one of them
    ends: str | None = None  # the phase of the part after it
    links: list[Link] = []
    tells: Tell | None = None
    remedies: list[Remedy] = []
    discloses: Disclosure | None = None
    then: str | None = None
    quick: list[str] = []
    number: Number | None = None
    meeting: bool = False
    sets: dict[str, str] = {}
    once: bool = False
    hint: str = ""
    unverified: bool = False


class ClockStart(Model):
    """The act that starts a clock, and its day: of the act, in a field, or of service (`served`, to a side)."""

    on: str | list[str]
    day: str = ""
    to: str = ""


class Restart(Model):
    on: str | list[str]
    law: str = ""
    day: str = ""


class Pause(Model):
    while_: str = Field(alias="while")
    law: str
    unverified: bool = False


class Extend(Model):
    by: str
    at_most: str
    law: str
    times: int = 1
    days: str = ""  # the field that holds the length granted; without it the whole of `at_most`
    unverified: bool = False


class Expire(Model):
    """What happens when a limit has run out: `do` an action on a day, ask first, or only remind."""

    do: str | None = None
    day: Literal["expiry", "after_expiry", "receipt"] = "after_expiry"
    ask: str = ""
    set: dict[str, Any] = {}
    remind: str | None = None
    law: str = ""


class Clock(Model):
    title: str
    law: str = ""
    unverified: bool = False
    start: str | list[str] | ClockStart
    stop: list[str] = []  # action, or action.outcome
    limit: str | None = None
    wait: str | None = None
    until: str | None = None  # a date field
    at_least: str | None = None
    before: str | None = None  # with at_least: the action that may not come earlier
    every: str | None = None
    when: str | None = None
    roll: str = "none"
    warn: str = ""
    pause: list[Pause] = []
    extend: Extend | None = None
    restart: Restart | None = None
    expire: Expire | None = None
    whose: str = ""
    counts: str = ""


class Group(Model):
    """Fields and sides that belong together: one heading over them on forms, on the check page and in the case."""

    title: str
    fields: list[str]
    hint: str = ""


class Part(Model):
    title: str
    fields: dict[str, FieldDef] = {}
    phases: dict[str, str] = {}
    clocks: dict[str, Clock] = {}
    prints: list[str] = []  # forms of one row, printed whenever they are wanted: no act makes them


class Share(Model):
    of: str | dict[str, Any]
    where: str = ""
    met: bool | None = None


class FigureDef(Model):
    title: str
    unit: str = "件"
    flow: str | list[str] | None = None
    stock: dict[str, Any] | None = None
    share: Share | None = None
    where: str = ""
    sum: str | None = None
    distinct: str | None = None
    median: str | None = None
    by: list[str] = []
    side: str = ""
    law: str = ""


class Identity(Model):
    that: str
    law: str = ""


class Valid(Model):
    phase: list[str]
    until: str = ""
    for_: str = Field("", alias="for")


class Born(Model):
    from_: str = Field(alias="from")
    for_each: str = ""
    sets: list[str] = []


class Use(Model):
    fragment: str
    with_: dict[str, Any] = Field({}, alias="with")


class Retention(Model):
    years: int | None = None
    forever: bool = False
    law: str = ""
    unverified: bool = False


class Procedure(Model):
    """A whole file."""

    procedure: str
    kind: Literal["procedure", "register"] = "procedure"
    title: str
    short: str = ""
    line: str = ""
    matter: str = ""  # 事项: in which an organ may act for another (an organ's line names the same)
    statute: str
    extends: str = ""
    use: list[str | Use] = []
    in_force: InForce
    heading: list[str] = []  # fields by whose words a case page is headed; they may be personal
    groups: list[Group] = []
    sides: dict[str, Side]
    parameters: dict[str, Parameter] = {}
    fields: dict[str, FieldDef] = {}
    facts: dict[str, Fact] = {}
    phases: dict[str, str]
    ends: list[str]  # the phases in which a case is closed
    parts: dict[str, Part] = {}
    actions: dict[str, Action]
    clocks: dict[str, Clock] = {}
    figures: dict[str, FigureDef] = {}
    identities: list[Identity] = []
    key: list[str] = []
    valid: Valid | None = None
    born: Born | None = None
    number: Number | None = None
    retention: Retention | None = None
    notes: list[str] = []  # what could not be encoded, said and not hidden
