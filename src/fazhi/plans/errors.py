"""What is refused while a plan is reviewed and accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fazhi.errors import UserError

RULE = "计划核对规则：每项任务核对无误、单位对应到机构后才能交办"


@dataclass(frozen=True)
class Problem:
    """One thing to put right; `field` is the name of the form's field, `place` where in the plan."""

    message: str
    field: str = ""
    next: str = ""
    place: str = ""


class PlanError(UserError):
    """Base of this floor's errors."""


class NotReady(PlanError):
    """Not accepted as it stands; `problems` has each reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        where = f"{first.place}：" if first.place else ""
        more = f"（另有 {len(problems) - 1} 处）" if len(problems) > 1 else ""
        super().__init__(f"{where}{first.message}{more}", law=RULE, next=first.next)
        self.problems = tuple(problems)

    def lines(self) -> list[str]:
        said = [f"{p.place}：{p.message}" if p.place else p.message for p in self.problems[:20]]
        return [*said, f"依据：{RULE}", f"处理：{self.next}"]


class Changed(PlanError):
    """Somebody else has changed the task since the page was opened."""
