"""What the worker calls after each sealing. DuckDB, Arrow and the definitions are loaded at the first call, not at start."""

from __future__ import annotations


def feed(using: str = "default") -> int:
    from fazhi.figures import mirror

    return mirror.feed(using)
