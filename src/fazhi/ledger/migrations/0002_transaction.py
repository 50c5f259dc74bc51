"""PostgreSQL: the transaction that wrote a row, 64 bits and never reused, so that the sealer can tell what is settled."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def add(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for table in ("ledger_event", "ledger_access"):
            editor.execute(f"ALTER TABLE {table} ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()")
            editor.execute(f"CREATE INDEX {table}_xid ON {table} (xid)")


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for table in ("ledger_event", "ledger_access"):
            editor.execute(f"ALTER TABLE {table} DROP COLUMN xid")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(add, drop),)
