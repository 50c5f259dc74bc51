"""What goes wrong when a case is run, in words for the person who sees it."""

from __future__ import annotations

from collections.abc import Sequence

from fazhi.errors import UserError
from fazhi.procedures import Refusal


class CaseError(UserError):
    """Base of this floor's errors."""


class NotThere(CaseError):
    """No such case, or none that this person may see: the same words for both, so that nothing is given away."""

    def __init__(self) -> None:
        super().__init__(
            "没有这个案件，或者您无权查看", next="请从案件列表进入；需要查看其他单位案件的，请联系有权单位"
        )


class Refused(CaseError):
    """The engine or the access rules refuse; `refusals` has each reason."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        first = refusals[0]
        super().__init__(first.message, law=first.law, next=first.next)
        self.refusals = tuple(refusals)


class Stale(CaseError):
    """Somebody else has acted since the page was opened; `since` tells what happened."""

    def __init__(self, since: Sequence[str]) -> None:
        told = "；".join(since) or "案件已有变化"
        super().__init__(
            f"您打开页面之后，本案已有新的办理：{told}", next="您填写的内容没有提交；请查看最新情况后重新提交"
        )
        self.since = tuple(since)
