"""How well a plan is read: tasks, leads, cooperating organs and targets of a text against those that a person read in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from fazhi.errors import UserError
from fazhi.plans.command import plain
from fazhi.plans.parse import parse_plan
from fazhi.plans.values import Target

FOLDER = Path(__file__).parent / "heldout"
KINDS = ("tasks", "leads", "cooperating", "targets", "dues")


@dataclass
class Score:
    """Of each kind: right, read, wanted; and what was wrong, in words."""

    right: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, kind: str, where: str, wanted: list[Any], read: list[Any]) -> None:
        both = Counter(map(str, wanted)) & Counter(map(str, read))
        self.right[kind] += both.total()
        self.read[kind] += len(read)
        self.wanted[kind] += len(wanted)
        if both.total() < max(len(wanted), len(read)):
            self.wrong.append(f"{where} {kind}: wanted {wanted}, read {read}")

    def merge(self, other: Score) -> None:
        self.right += other.right
        self.read += other.read
        self.wanted += other.wanted
        self.wrong += other.wrong

    def line(self, kind: str) -> tuple[int, int, int]:
        return self.right[kind], self.read[kind], self.wanted[kind]


def measure(text: str, gold: dict[str, Any], name: str) -> Score:
    score = Score()
    try:
        plan = parse_plan(text)
    except UserError as error:
        plan = None
        score.wrong.append(f"{name}: {error.message}")
    read = {t.number: t for t in plan.tasks} if plan else {}
    wanted = {str(t[0]): t for t in gold["tasks"]}
    score.add("tasks", name, [(k, t[1]) for k, t in wanted.items()], [(k, t.title) for k, t in read.items()])
    for number in dict.fromkeys([*wanted, *read]):
        gold_task, task = wanted.get(number), read.get(number)
        where = f"{name} {number}"
        score.add("leads", where, [gold_task[2]] if gold_task else [], [task.lead] if task else [])
        score.add(
            "cooperating", where, gold_task[3] if gold_task else [], list(task.cooperating) if task else []
        )
        _targets(score, where, gold_task[4] if gold_task else [], list(task.targets) if task else [])
    _targets(score, f"{name} goals", gold.get("goals") or [], list(plan.goals) if plan else [])
    return score


def _targets(score: Score, where: str, wanted: list[list[Any]], read: list[Target]) -> None:
    """Operator, value and unit make a target; its day is judged apart, of those that are right."""
    score.add(
        "targets", where, [[o, v, u] for o, v, u, _ in wanted], [[t.op, plain(t.value), t.unit] for t in read]
    )
    mine = [[t.op, plain(t.value), t.unit, str(t.due)] for t in read]
    both = [[o, v, u, str(d)] for o, v, u, d in wanted]
    score.add("dues", where, both, mine)


def texts(prefix: str) -> list[str]:
    return sorted(p.stem for p in FOLDER.glob(f"{prefix}*.txt"))


def of(name: str) -> Score:
    gold = YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_bytes())
    return measure((FOLDER / f"{name}.txt").read_text(encoding="utf-8"), gold, name)


def of_all(prefix: str) -> Score:
    total = Score()
    for name in texts(prefix):
        total.merge(of(name))
    return total


if __name__ == "__main__":
    import sys

    found = of_all(sys.argv[1] if len(sys.argv) > 1 else "")
    print("\n".join(found.wrong))
    for kind in KINDS:
        right, read, wanted = found.line(kind)
        print(f"{kind:12} {right}/{wanted} found, {read - right} of {read} wrong")
