"""Append-only in the database itself: triggers that refuse what no code of ours does, and a role without the right.

SQLite loses a table's triggers whenever a migration remakes the table, so `install` runs after every migration.
PostgreSQL's are ENABLE ALWAYS, so that a session that plays replica is refused too. An owner can still drop them:
`missing` compares what stands in the database with what should, word by word, and the chain shows the rest.
"""

from __future__ import annotations

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .errors import Unguarded

APPEND_ONLY = (
    "ledger_event",
    "ledger_seal",
    "ledger_node",
    "ledger_checkpoint",
    "ledger_access",
    "ledger_access_seal",
    "ledger_access_batch",
)
ERASABLE = "ledger_personal"
TABLES = (*APPEND_ONLY, ERASABLE)
ROLE = "fazhi_app"

_KEPT = ("id", "commitment", "case_id", "field", "alg", "key_mark")  # of a personal value, when it is erased
_REFUSED = "append-only: {} takes no {}"


def install(using: str = "default") -> None:
    """Put up what is missing on the tables that are there. May run at any time, and twice."""
    connection = connections[using]
    there = set(connection.introspection.table_names()) & set(TABLES)
    if connection.vendor == "postgresql":
        _install_postgresql(connection, there)
    else:
        _install_sqlite(connection, there)


def missing(using: str = "default") -> list[str]:
    """What should stand guard and does not, one Chinese line each; empty when all is well."""
    connection = connections[using]
    there = set(connection.introspection.table_names())
    lines = [f"没有表 {table}" for table in TABLES if table not in there]
    if connection.vendor == "postgresql":
        return lines + _missing_postgresql(connection, there)
    return lines + _missing_sqlite(connection, there)


def require(using: str = "default") -> None:
    """Refuse to go on where the guard is down; `serve` and `work` ask before they start."""
    if lines := missing(using):
        raise Unguarded(
            "数据库缺少“只增不改”的防护：" + "；".join(lines),
            next="运行 fazhi init（或 manage 的 migrate）重建防护，再运行 fazhi verify 核验记录是否被改动",
        )


# ---- SQLite


def _sqlite_triggers(table: str) -> dict[str, str]:
    """Statements by trigger name."""

    def refuse(what: str, when: str = "") -> str:
        name = f"{table}_no_{what.lower()}"
        return (
            f"CREATE TRIGGER {name} BEFORE {what} ON {table}{when} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED.format(table, what)}'); END"
        )

    when = ""
    if table == ERASABLE:
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in _KEPT)
        when = (
            f" WHEN NOT (OLD.salt IS NOT NULL AND NEW.salt IS NULL AND NEW.ciphertext IS NULL"
            f" AND NEW.erased_at IS NOT NULL AND {same})"
        )
    return {f"{table}_no_update": refuse("UPDATE", when), f"{table}_no_delete": refuse("DELETE")}


def _install_sqlite(connection: BaseDatabaseWrapper, there: set[str]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        standing = _standing_sqlite(connection)
        for table in sorted(there):
            for name, statement in _sqlite_triggers(table).items():
                if standing.get(name) != statement:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(statement)


def _missing_sqlite(connection: BaseDatabaseWrapper, there: set[str]) -> list[str]:
    standing = _standing_sqlite(connection)
    lines = [
        f"表 {table} 的触发器 {name} {'被改动' if name in standing else '不存在'}"
        for table in TABLES
        if table in there
        for name, statement in _sqlite_triggers(table).items()
        if standing.get(name) != statement
    ]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        if not cursor.fetchone()[0]:
            lines.append("连接未打开 recursive_triggers，INSERT OR REPLACE 可绕过触发器")
    return lines


def _standing_sqlite(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%%'"
        )
        return dict(cursor.fetchall())


# ---- PostgreSQL

_FUNCTIONS = {
    "fazhi_append_only": """
BEGIN
  RAISE EXCEPTION 'append-only: % takes no %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
""",
    "fazhi_erase_only": f"""
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.salt IS NOT NULL AND NEW.salt IS NULL AND NEW.ciphertext IS NULL
     AND NEW.erased_at IS NOT NULL
     AND ({", ".join(f"NEW.{c}" for c in _KEPT)}) IS NOT DISTINCT FROM ({", ".join(f"OLD.{c}" for c in _KEPT)})
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'append-only: % takes no %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
""",
}


def _postgresql_triggers(table: str) -> dict[str, tuple[str, str]]:
    """(what it fires on, function) by trigger name."""
    row = "fazhi_erase_only" if table == ERASABLE else "fazhi_append_only"
    return {
        f"{table}_no_change": ("BEFORE UPDATE OR DELETE ON {} FOR EACH ROW", row),
        f"{table}_no_truncate": ("BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "fazhi_append_only"),
    }


def _install_postgresql(connection: BaseDatabaseWrapper, there: set[str]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if not _missing_triggers(connection, there):
            return _install_role(connection, there)
        for name, body in _FUNCTIONS.items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $f${body}$f$"
            )
        for table in sorted(there):
            for name, (event, function) in _postgresql_triggers(table).items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"CREATE TRIGGER {name} {event.format(table)} EXECUTE FUNCTION {function}()")
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return _install_role(connection, there)


def _install_role(connection: BaseDatabaseWrapper, there: set[str]) -> None:
    """The role for serving, where we may make it: everything on the other floors' tables, on ours add and read."""
    if not _missing_grants(connection, there):
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            if not _role_exists(connection):
                cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
            for table in sorted(there):
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {ROLE}")
            if ERASABLE in there:
                cursor.execute(f"GRANT UPDATE (salt, ciphertext, erased_at) ON {ERASABLE} TO {ROLE}")
    except DatabaseError:
        if _may_create_roles(connection):
            raise
        # A hosted database often lets nobody make roles. The triggers stand all the same.


def _missing_postgresql(connection: BaseDatabaseWrapper, there: set[str]) -> list[str]:
    return _missing_triggers(connection, there) + _missing_grants(connection, there)


def _missing_triggers(connection: BaseDatabaseWrapper, there: set[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
            " AND c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'ledger%%'"
        )
        standing = {
            name: (table, definition, enabled) for name, table, definition, enabled in cursor.fetchall()
        }
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'fazhi%%'"
            " AND pronamespace = 'public'::regnamespace"
        )
        sources = dict(cursor.fetchall())
    lines = [
        f"函数 {name} {'被改动' if name in sources else '不存在'}"
        for name, body in _FUNCTIONS.items()
        if sources.get(name) != body
    ]
    for table in TABLES:
        if table not in there:
            continue
        for name, (event, function) in _postgresql_triggers(table).items():
            if name not in standing:
                lines.append(f"表 {table} 的触发器 {name} 不存在")
                continue
            on, definition, enabled = standing[name]
            wanted = _words(event.format(table)), f"EXECUTE FUNCTION {function}()"
            if (
                on != table
                or _words(definition.split(" EXECUTE ")[0])[3:] != wanted[0]
                or (not definition.replace("public.", "").endswith(wanted[1]))
            ):
                lines.append(f"表 {table} 的触发器 {name} 被改动")
            elif enabled != "A":
                lines.append(f"表 {table} 的触发器 {name} 被停用")
    return lines


def _words(text: str) -> list[str]:
    """Words of a trigger's definition; PostgreSQL writes "DELETE OR UPDATE" and puts the schema before the table."""
    return text.replace("public.", "").replace("DELETE OR UPDATE", "UPDATE OR DELETE").split()


def _missing_grants(connection: BaseDatabaseWrapper, there: set[str]) -> list[str]:
    """What is wrong with the serving role; nothing where there is none and this user could not make one."""
    if not _role_exists(connection):
        return [f"数据库角色 {ROLE} 不存在"] if _may_create_roles(connection) else []
    rights = []
    for table in sorted(there & set(TABLES)):
        rights += [(table, "SELECT", True), (table, "INSERT", True)]
        rights += [(table, right, False) for right in ("UPDATE", "DELETE", "TRUNCATE")]
    rights += [(table, "SELECT", True) for table in sorted(there - set(TABLES))]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.tab, w.rig, w.want FROM unnest(%s::text[], %s::text[], %s::bool[]) AS w(tab, rig, want)"
            f" WHERE has_table_privilege('{ROLE}', quote_ident(w.tab), w.rig) <> w.want",
            [[r[0] for r in rights], [r[1] for r in rights], [r[2] for r in rights]],
        )
        return [
            f"数据库角色 {ROLE} 对表 {table} {'缺少' if want else '不应有'} {right} 权限"
            for table, right, want in cursor.fetchall()
        ]


def _role_exists(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        return cursor.fetchone() is not None


def _may_create_roles(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])
