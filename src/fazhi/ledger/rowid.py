"""The key of a table that only grows: on SQLite the row's own number, without the table that counts numbers ever given.

AUTOINCREMENT keeps a number from being given again after its row was deleted; here none is, and the page it writes in
every transaction is saved (one of eight that a step writes).
"""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class RowId(models.BigAutoField):
    """BigAutoField; on SQLite `integer PRIMARY KEY` alone."""

    def db_type_suffix(self, connection: BaseDatabaseWrapper) -> str | None:
        return None if connection.vendor == "sqlite" else super().db_type_suffix(connection)
