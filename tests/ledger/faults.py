"""Dying at a chosen SQL statement."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, connections


class Killed(BaseException):
    """As if the process had died: no `except Exception` on the way may catch it."""


@contextlib.contextmanager
def dying(at: int, how: Callable[[], None] | None = None) -> Iterator[None]:
    """The at-th statement of the block (from 1) is not carried out: `Killed`, or what `how` does."""
    count = 0

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            if how:
                how()
            raise Killed(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def die_for_real(at: int, work: Callable[[], object]) -> bool:
    """Run `work` in a process of its own that is killed (SIGKILL) at its at-th statement; whether it came so far."""
    connections.close_all()  # a connection must not be shared across a fork
    child = os.fork()
    if child == 0:
        with dying(at, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            try:
                work()
            finally:
                os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
