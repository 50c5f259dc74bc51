"""What can be wrong with a report, its definition, or what is typed into it."""

from __future__ import annotations

from collections.abc import Sequence

from fazhi.errors import UserError


class ReportError(UserError):
    """Base of this floor's errors."""


class DefinitionError(ReportError):
    """A mistake in one of our own report definitions, with its place."""


class NotReady(ReportError):
    """Not to be frozen as it stands; `lacking` says each reason."""

    def __init__(self, lacking: Sequence[str], *, law: str, next: str) -> None:
        super().__init__(
            f"报告还不能定稿：{lacking[0]}" + (f"（另有 {len(lacking) - 1} 处）" if len(lacking) > 1 else ""),
            law=law,
            next=next,
        )
        self.lacking = tuple(lacking)

    def lines(self) -> list[str]:
        said = [self.message, *(f"  · {x}" for x in self.lacking[1:])]
        return [*said, f"依据：{self.law}", f"处理：{self.next}"]
