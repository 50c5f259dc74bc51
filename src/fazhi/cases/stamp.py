"""The counter of changes of the registers: triggers move it, so that no change escapes it, whoever makes it and how.

A process keeps copies of what the registers say (organs, posts, parameters: `registers`) under the counter that it has
read; who may act hangs on it. It moves by chance, not by one: a number that a change which was rolled back has shown
never comes again with other rows behind it. SQLite loses triggers when a migration remakes a table: `install` runs
after every migration.
"""

from __future__ import annotations

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from fazhi.cases.errors import CaseError

# Of a person only what others see of him: signing in changes the row too, and no right.
TABLES: dict[str, tuple[str, ...]] = {
    "organs_organ": (), "organs_organname": (), "organs_organline": (), "organs_organplace": (), "organs_county": (),
    "organs_installation": (), "organs_person": ("name", "is_active"), "organs_post": (), "organs_delegation": (),
    "organs_parameter": (), "organs_codelist": (), "organs_code": (), "cases_notice": (),
}  # fmt: skip
_STEP = 1_000_000
_FUNCTION = f"""
BEGIN
  UPDATE cases_stamp SET version = version + 1 + floor(random() * {_STEP})::bigint WHERE id = 1;
  RETURN NULL;
END
"""


def install(using: str = "default") -> None:
    """Put up what is missing on the tables that are there, and the counter's row."""
    connection = connections[using]
    there = set(connection.introspection.table_names())
    if "cases_stamp" not in there:
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("INSERT INTO cases_stamp (id, version) VALUES (1, 1) ON CONFLICT DO NOTHING")
        standing = _standing(connection)
        if connection.vendor == "postgresql" and standing.get("fazhi_stamp") != _FUNCTION:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION fazhi_stamp() RETURNS trigger LANGUAGE plpgsql AS $f${_FUNCTION}$f$"
            )
        for table in there & set(TABLES):
            for name, statement in _triggers(table, connection.vendor).items():
                if connection.vendor == "postgresql":
                    if standing.get(name) != "A":
                        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                        cursor.execute(statement)
                        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
                elif standing.get(name) != statement:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """What does not stand as it should, one Chinese line each."""
    connection = connections[using]
    standing = _standing(connection)
    postgresql = connection.vendor == "postgresql"
    lines = (
        ["函数 fazhi_stamp 不存在或者被改动"]
        if postgresql and standing.get("fazhi_stamp") != _FUNCTION
        else []
    )
    for table in TABLES:
        for name, statement in _triggers(table, connection.vendor).items():
            if standing.get(name) != ("A" if postgresql else statement):
                lines.append(f"表 {table} 的触发器 {name} 不存在或者被改动")
    return lines


def require(using: str = "default") -> None:
    """Without the triggers a change of post would not be heard of: `serve` does not start."""
    if lines := missing(using):
        raise CaseError(
            "数据库缺少名录变动的触发器，任职变动将不能立即生效：" + "；".join(lines[:3]),
            next="运行 fazhi init（演示库运行 fazhi demo）重建触发器，再启动",
        )


def _triggers(table: str, vendor: str) -> dict[str, str]:
    """Statements by trigger name."""
    columns = TABLES[table]
    if vendor == "postgresql":
        call = "EXECUTE FUNCTION fazhi_stamp()"
        if columns:
            moved = " OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in columns)
            return {
                f"stamp_{table}": f"CREATE TRIGGER stamp_{table} AFTER UPDATE OF {', '.join(columns)} ON {table}"
                f" FOR EACH ROW WHEN ({moved}) {call}"
            }
        return {
            f"stamp_{table}": f"CREATE TRIGGER stamp_{table} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT {call}"
        }
    # No upsert here: the firing statement's own OR IGNORE would govern it.
    body = f"BEGIN UPDATE cases_stamp SET version = version + 1 + abs(random() % {_STEP}) WHERE id = 1; END"
    if columns:
        moved = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in columns)
        events = {"update": f"UPDATE OF {', '.join(columns)} ON {table} WHEN {moved}"}
    else:
        events = {k: f"{k.upper()} ON {table}" for k in ("insert", "update", "delete")}
    return {
        f"stamp_{table}_{k}": f"CREATE TRIGGER stamp_{table}_{k} AFTER {event} {body}"
        for k, event in events.items()
    }


def _standing(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What stands: statements on SQLite, on PostgreSQL how a trigger is enabled and the function's text."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE c.relnamespace = 'public'::regnamespace AND t.tgname LIKE 'stamp\\_%%'"
                " UNION ALL SELECT proname, prosrc FROM pg_proc WHERE proname = 'fazhi_stamp'"
                " AND pronamespace = 'public'::regnamespace"
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'stamp\\_%%' ESCAPE '\\'"
            )
        return {name: str(text) for name, text in cursor.fetchall()}
