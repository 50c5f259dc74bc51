"""Stored values as words for a reader: titles instead of codes, 元 instead of fen, names instead of ids.

A value that was erased says so; a value that refers to another case, a file or a party keeps what it refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fazhi.cases import registers
from fazhi.procedures import Definition, State
from fazhi.procedures import grammar as g
from fazhi.procedures.wording import yuan

ERASED = "（已依法删除）"
WITHHELD = "（您无权查看）"
PARTY = {
    "identity": "证件号码", "uscc": "统一社会信用代码", "address": "住址（住所）", "phone": "联系电话",
    "representative": "法定代表人（负责人）",
}  # fmt: skip
PARTY_KINDS = {
    "citizen": "自然人", "individual_business": "个体工商户", "enterprise": "企业", "institution": "事业单位",
    "social": "社会组织", "organ": "机关", "village_organisation": "基层群众性自治组织、农村集体经济组织", "other": "其他组织",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One value in words. `case`: the id of the case it names; `file`: the hash of a file; `note`: what stands beside it."""

    text: str
    note: str = ""
    case: str = ""
    file: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class Speaker:
    """What is needed to say a case's values: its definition and words, code titles, file names, numbers of other cases."""

    d: Definition
    county: str
    organ: str
    opened_on: str
    words: Mapping[str, Any] = field(default_factory=dict, hash=False)
    files: Mapping[str, str] = field(default_factory=dict, hash=False)  # {hash: name}
    cases: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # {id: number and title}, visible ones only

    def field(self, name: str, value: Any, f: g.FieldDef | None = None) -> list[Said]:
        """A field's value; none where it has none."""
        f = f or self.d.source.fields.get(name)
        if value is None or value == "" or value == []:
            return []
        if isinstance(value, list):
            return [one for v in value for one in self.field(name, v, f)]
        return [self._one(name, value, f)]

    def line(self, name: str, value: Any, f: g.FieldDef | None = None) -> str:
        return "、".join(s.text for s in self.field(name, value, f))

    def fact(self, name: str, value: Any) -> str:
        fact = self.d.facts.get(name)
        if isinstance(value, bool):
            return "是" if value else "否"
        return yuan(value) if fact and fact.type == "money" else str(value)

    def side(self, name: str, members: Iterable[Any]) -> list[Said]:
        return [self.party(x) if isinstance(x, dict) else self.organ_of(x) for x in members]

    def organ_of(self, id: str) -> Said:
        return Said(registers.organ(id).get("name") or "名录中没有的机关")

    def party(self, member: Mapping[str, Any]) -> Said:
        """A party by what the case kept of it on that day."""
        details = self.party_details(member)
        if details is None:
            return Said(ERASED, withheld=True)
        return Said(
            str(details.get("name") or member.get("name") or ""), PARTY_KINDS.get(member.get("kind", ""), "")
        )

    def party_details(self, member: Mapping[str, Any]) -> dict[str, str] | None:
        """Name, numbers and addresses as the case kept them; None where they were erased."""
        said = self.words.get(member.get("commit", ""))
        if member.get("commit") and not isinstance(said, Mapping) and not member.get("name"):
            return None
        return {**{k: str(v) for k, v in member.items()}, **(said if isinstance(said, Mapping) else {})}

    def reason(self, value: Any) -> str:
        if isinstance(value, Mapping):
            said = self.words.get(value.get("commit", ""))
            return said if isinstance(said, str) else ERASED
        return str(value or "")

    def part_row(self, part: str, row: Mapping[str, Any]) -> list[tuple[str, list[Said]]]:
        """[(title, words)] of a row's fields, in the file's order."""
        fields = self.d.source.parts[part].fields
        return [(f.title, self.field(k, row[k], f)) for k, f in fields.items() if k in row]

    def row_title(self, part: str, row: Mapping[str, Any]) -> str:
        """A row by its first fields: 行政处罚事先告知书 · 当事人 · 直接送达."""
        words = ["、".join(s.text for s in said) for _, said in self.part_row(part, row)[:3]]
        return " · ".join(w for w in words if w) or f"第{row.get('index', 0) + 1}项"

    def _one(self, name: str, value: Any, f: g.FieldDef | None) -> Said:
        kind = f.type if f else "text"
        if isinstance(value, Mapping) and "commit" in value and kind != "party":
            found = self.words.get(value["commit"])
            if found is None or not isinstance(found, str | int | bool):
                return Said(ERASED, withheld=True)
            value = found
        match kind:
            case "money":
                return Said(yuan(value))
            case "bool":
                return Said("是" if value else "否")
            case "date":
                return Said(str(value)[:10])
            case "moment":
                return Said(str(value)[:16].replace("T", " "))
            case "choice":
                return Said(f.choices.get(value, str(value)) if f else str(value))
            case "code":
                return Said(self.code(name, str(value), f))
            case "side":
                side = self.d.source.sides.get(str(value))
                return Said(side.title if side else str(value))
            case "outcome":
                titles = (a.outcomes[value].title for a in self.d.actions.values() if value in a.outcomes)
                return Said(next(titles, str(value)))
            case "officer" | "person":
                number = value.get("certificate") if isinstance(value, Mapping) else ""
                told = isinstance(value, Mapping) and value.get("certified") is False
                note = f"执法证号 {number}" if number else "无有效执法证件" if told else ""
                return Said(str(value.get("name", "")) if isinstance(value, Mapping) else str(value), note)
            case "party":
                return self.party(value)
            case "link":
                return self._link(str(value))
            case "file" | "document":
                text = str(value)
                return Said(self.files.get(text, text), file=text if text in self.files else "")
        return Said(str(value))

    def code(self, name: str, value: str, f: g.FieldDef | None) -> str:
        listed = f.codes if f else ""
        day = date.fromisoformat(self.opened_on) if self.opened_on else self.d.from_
        rows = registers.codes(self.county, listed, day, self.organ) if listed else {}
        return str(rows.get(value, {}).get("title", value))

    def _link(self, value: str) -> Said:
        if value in self.cases:
            return Said(self.cases[value], case=value)
        if len(value) == 32:
            return Said(WITHHELD, withheld=True)
        return Said(value)  # a case in another system stands here by its number


def outcome_title(d: Definition, state: State) -> str:
    """How the case came out so far: the last outcome that moved it (予以处罚, not 缴清)."""
    for act in reversed(state.acts):
        action = d.actions.get(act["a"])
        outcome = action.outcomes.get(act.get("o", "")) if action else None
        if action is not None and outcome is not None and (outcome.to or action.to):
            return outcome.title
    return ""
