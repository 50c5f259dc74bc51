"""Heavy work, one of a kind for each person at a time: who starts a second export is told so and nobody else waits for it.

A lock on a file in FAZHI_HOME/busy, so that it holds across the processes of the server and falls with the one that held it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from fazhi.errors import UserError

RETRY = 10  # seconds, as the answer suggests


class Busy(UserError):
    """429: the same person has one of these under way."""

    status = 429
    retry_after = RETRY


@contextmanager
def one(person: str, kind: str, title: str) -> Iterator[None]:
    """`kind` names the lock, `title` what the person is doing (导出). Raises Busy at once, it never waits."""
    folder = settings.FAZHI_HOME / "busy"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{person}.{kind}").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                f"您有一个{title}正在进行，新的没有开始。",
                law="同一人同时只进行一个，以免占住其他人的办理",
                next=f"请等它完成，{RETRY} 秒后再试；填写的内容返回上一页还在。",
            ) from None
        yield
