"""From a name in a plan to organs of the county: what is certain at once, what a clerk decides, never dropped."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from fazhi.organs.models import Organ
from fazhi.organs.resolve import Directory, Resolution
from fazhi.plans.models import Plan, TaskOrgan

Decision = TaskOrgan.Decision
EXPAND, KEEP = "expand", "keep"


@dataclass(frozen=True)
class Choice:
    """One line of the list from which a clerk chooses; `value` is an organ's id, `expand`, `keep` or empty."""

    value: str
    title: str
    group: str = ""


def decide(found: Resolution) -> tuple[str, list[str]]:
    """Without a person: a name that means one organ is matched. A collective name waits for the clerk's word."""
    if found.status == "matched" and found.organ is not None:
        return Decision.MATCHED, [found.organ.id]
    return Decision.OPEN, []


def apply(
    row: TaskOrgan, choice: str, directory: Directory, on: date, of: Collection[str] | None = None
) -> bool:
    """Put the clerk's choice into the row; False where the choice is none of those offered.

    `of`: those of a collective name's organs that are meant (None: all of them).
    """
    if choice == "":
        row.decision, row.organs = Decision.OPEN, []
    elif choice == KEEP:
        row.decision, row.organs = Decision.KEPT, []
    elif choice == EXPAND:
        found = directory.resolve(row.name, on)
        meant = [o.id for o in found.organs if of is None or o.id in of]
        if found.status != "collective" or not meant:
            return False
        row.decision, row.organs = Decision.EXPANDED, meant
    elif (organ := directory.organs.get(choice)) is not None and organ.holds_on(on):
        row.decision, row.organs = Decision.MATCHED, [organ.id]
    else:
        return False
    return True


def chosen(row: TaskOrgan) -> str:
    """The value of the list's present line."""
    match row.decision:
        case Decision.MATCHED:
            return str(row.organs[0]) if row.organs else ""
        case Decision.EXPANDED:
            return EXPAND
        case Decision.KEPT:
            return KEEP
        case _:
            return ""


def members(row: TaskOrgan, directory: Directory, on: date) -> list[tuple[Organ, bool]]:
    """The organs that a collective name stands for, and whether each is meant here: until a clerk has chosen, all are."""
    found = directory.resolve(row.name, on)
    if found.status != "collective":
        return []
    taken = set(row.organs) if row.decision == Decision.EXPANDED else None
    return [(o, taken is None or o.id in taken) for o in found.organs]


def choices(row: TaskOrgan, directory: Directory, on: date, everyone: list[Choice]) -> list[Choice]:
    """What a clerk may choose for this name: first what it probably means, then every organ."""
    found = directory.resolve(row.name, on)
    offered = [Choice("", "请选择 …")]
    if found.status == "collective":
        offered.append(Choice(EXPAND, f"展开为 {len(found.organs)} 个单位（以下面勾选的为准）", "建议"))
    likely = [found.organ] if found.organ is not None else [o.organ for o in found.offers]
    offered += [Choice(o.id, _long(o), "建议") for o in likely if o is not None]
    offered.append(Choice(KEEP, "不派发，只保留原文", "建议"))
    seen = {c.value for c in offered}
    return offered + [c for c in everyone if c.value not in seen]


def everyone(directory: Directory, on: date) -> list[Choice]:
    """Every organ of the county that holds on the day, for the end of each list."""
    rows = sorted((o for o in directory.organs.values() if o.holds_on(on)), key=lambda o: (o.order, o.code))
    return [Choice(o.id, _long(o), "全部机构") for o in rows]


def spread(row: TaskOrgan) -> int:
    """The same name elsewhere in the plan means the same: decide its open rows too; how many."""
    if row.decision == Decision.OPEN:
        return 0
    same = TaskOrgan.objects.filter(task__plan=row.task.plan_id, name=row.name, decision=Decision.OPEN)
    return same.exclude(pk=row.pk).update(decision=row.decision, organs=row.organs)


def unmatched(plan: Plan) -> list[str]:
    """Names that nobody has decided yet, each once, in the order of the text."""
    rows = TaskOrgan.objects.filter(task__plan=plan, decision=Decision.OPEN).exclude(task__state="dropped")
    return list(dict.fromkeys(rows.order_by("task__order", "order").values_list("name", flat=True)))


def _short(organ: Organ) -> str:
    return organ.short_name or organ.name


def _long(organ: Organ) -> str:
    return f"{organ.short_name}（{organ.name}）" if organ.short_name else organ.name
