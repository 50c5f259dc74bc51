"""Django's entry to the ledger floor: the append-only guard is put up again after every migration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "fazhi.ledger"
    label = "ledger"
    verbose_name = "办理记录"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the system check

        post_migrate.connect(_put_up_guard, sender=self)


def _put_up_guard(using: str, **_: Any) -> None:
    # Django remakes a SQLite table to change it, and the table's triggers go with the old one.
    from . import guard

    guard.install(using)
