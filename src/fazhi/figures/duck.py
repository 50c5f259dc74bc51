"""DuckDB over the mirror's files and the tail: in memory, reading only, never downloading an extension."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import duckdb
from sqlglot import exp

from fazhi.figures import mirror
from fazhi.figures.compile import Scope, Statement
from fazhi.figures.mirror import View

T = TypeVar("T")
SETTINGS = {
    "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "2",
    "memory_limit": "1GB",
}  # fmt: skip
TRIES = 3
_local = threading.local()


def connection() -> Any:
    """This thread's own; opening one costs tens of milliseconds."""
    found = getattr(_local, "connection", None)
    if found is None:
        found = _local.connection = duckdb.connect(config=SETTINGS)
    return found


def rows(view: View, statement: Statement, scope: Scope) -> list[tuple[Any, ...]]:
    """The result of a query over `facts`, which is files and tail united."""
    wanted = {k: v for k, v in scope.parameters().items() if f"${k}" in statement.sql}
    with connection().cursor() as cursor:  # of its own: a query that failed half-way leaves nothing behind
        cursor.register("tail", view.tail)
        found: list[tuple[Any, ...]] = cursor.execute(
            f"WITH facts AS ({source(view)}) {statement.sql}", wanted
        ).fetchall()
        return found


def source(view: View) -> str:
    """Every row up to the view's position, once."""
    columns = ", ".join(f'"{name}"' for name in view.tail.schema.names)
    parts = [f"SELECT {columns} FROM tail"]
    if view.files:
        listed = ", ".join(exp.Literal.string(str(f)).sql("duckdb") for f in view.files)
        parts.insert(0, f"SELECT {columns} FROM read_parquet([{listed}])")
    return " UNION ALL ".join(parts)


def looking(view: View, ask: Callable[[View], T], using: str = "default") -> T:
    """Ask; where a file has been put together with others meanwhile, look again: the rows are the same."""
    for attempt in range(TRIES):
        try:
            return ask(view)
        except (duckdb.IOException, FileNotFoundError):
            if attempt == TRIES - 1:
                raise
            view = mirror.look(using)
    raise AssertionError("unreachable")
