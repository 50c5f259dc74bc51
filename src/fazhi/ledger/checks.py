"""Django's system check of the guard: `check --database default`, and every `migrate`, say what is missing.

A warning, because an error would keep `migrate` from putting the guard up again; `serve` and `work` refuse to
start without it (guard.require).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections


@register(Tags.database)
def guard_stands(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    from . import guard

    found: list[CheckMessage] = []
    for using in databases or ():
        # Before the first migration there is nothing to guard yet.
        if "ledger_event" not in connections[using].introspection.table_names():
            continue
        found += [
            Warning(line, hint="migrate 会重建防护；之后请运行 fazhi verify 核验", id="ledger.W001")
            for line in guard.missing(using)
        ]
    return found
