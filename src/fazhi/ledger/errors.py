"""What the ledger refuses, in the words that a clerk or an administrator reads."""

from __future__ import annotations

from fazhi.errors import UserError


class LedgerError(UserError):
    """Root of this floor's errors."""


class NotCanonical(LedgerError):
    """A body holds something that has no one way of being written: a float, a date object, an unknown type."""


class UnknownAlgorithm(LedgerError):
    """A hash algorithm that is not on the list, or that this machine's Python cannot compute."""


class UnknownSchema(LedgerError):
    """An event of a schema number that this version of the program does not know."""


class Conflict(LedgerError):
    """Somebody else has written this place of the case's chain first."""

    def __init__(self, case: str, seq: int) -> None:
        super().__init__(
            f"该案件已有第{seq}条办理记录，可能有人刚刚办理过，本次操作没有保存",
            next="刷新页面，核对最新情况后再办理",
        )
        self.case = case
        self.seq = seq


class Replayed(LedgerError):
    """This very action (idempotency key) has been written already; `case` and `seq` say where."""

    def __init__(self, case: str, seq: int) -> None:
        super().__init__("这一操作此前已经提交成功，没有重复记录", next="返回案件页查看结果")
        self.case = case
        self.seq = seq


class KeyTrouble(LedgerError):
    """A key file is missing, damaged, open to others, or not the one that is asked for."""


class Altered(LedgerError):
    """What was read does not agree with its commitment, hash or signature."""


class Unguarded(LedgerError):
    """The database lacks the triggers that keep the ledger append-only."""


class BadCheckpoint(LedgerError):
    """A checkpoint that cannot be read, or whose signature does not hold."""
