"""The database itself refuses to change or remove what was written, and says when its guard is down."""

from __future__ import annotations

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from tests.databases import lift_guard

from fazhi.ledger import access_log, checkpoint, commit, guard, seal
from fazhi.ledger.access_log import Reader
from fazhi.ledger.errors import Unguarded

from .build import Ledger, execute, new_case, rows


def fill_every_table() -> None:
    Ledger().fill(cases=256, events=1)
    value, salt = commit.commit("张三")
    with transaction.atomic(), connection.cursor() as cursor:
        commit.store(cursor, new_case(), [commit.Kept(value, salt, "张三", "name")])
        access_log.record(cursor, Reader("p"), "view", cases=[])
    seal.seal()
    seal.seal_access()
    checkpoint.make()
    for table in guard.TABLES:
        assert rows(f"SELECT count(*) FROM {table}")[0][0] > 0, table


def column(table: str) -> str:
    """A column that every row has."""
    return {"ledger_personal": "field", "ledger_checkpoint": "key_id"}.get(table, "hash")


def refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(statement)


class GuardContract:
    @pytest.fixture(autouse=True)
    def _home(self, home: object) -> None:
        """Keys of its own."""

    def test_nothing_written_can_be_changed_or_removed(self) -> None:
        fill_every_table()
        for table in guard.TABLES:
            refused(f"UPDATE {table} SET {column(table)} = {column(table)}")
            refused(f"DELETE FROM {table}")

    def test_a_personal_value_can_be_erased_and_nothing_else(self) -> None:
        fill_every_table()
        now = timezone.now()
        for statement in (
            "UPDATE ledger_personal SET salt = NULL",
            "UPDATE ledger_personal SET salt = NULL, ciphertext = NULL",
            f"UPDATE ledger_personal SET salt = NULL, ciphertext = NULL, erased_at = '{now}', case_id = 'other'",
            f"UPDATE ledger_personal SET salt = NULL, ciphertext = NULL, erased_at = '{now}', commitment = ''",
            "UPDATE ledger_personal SET ciphertext = salt",
        ):
            refused(statement)
        erased = f"UPDATE ledger_personal SET salt = NULL, ciphertext = NULL, erased_at = '{now}'"
        assert execute(erased) == 1
        refused(erased)

    def test_all_is_well_after_migrating(self) -> None:
        assert guard.missing() == []
        guard.require()

    def test_a_dropped_trigger_is_found_and_put_up_again(self) -> None:
        lift_guard(connection)
        lines = guard.missing()
        assert len(lines) == 2 * len(guard.TABLES)
        assert any("ledger_event" in line and "不存在" in line for line in lines)
        with pytest.raises(Unguarded, match="ledger_event"):
            guard.require()
        guard.install()
        assert guard.missing() == []
        Ledger().add(new_case())
        refused("DELETE FROM ledger_event")

    def test_the_system_check_says_what_is_missing(self) -> None:
        def found() -> list[str]:
            return [
                m.msg
                for m in checks.run_checks(tags=["database"], databases=["default"])
                if m.id == "ledger.W001"
            ]

        assert found() == []
        lift_guard(connection)
        assert len(found()) == 2 * len(guard.TABLES)

    def test_a_table_that_is_not_there_is_named(self) -> None:
        lift_guard(connection)
        execute("DROP TABLE ledger_node")
        assert "没有表 ledger_node" in guard.missing()

    def test_a_migration_brings_it_back(self) -> None:
        lift_guard(connection)
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        assert guard.missing() == []


@pytest.mark.usefixtures("sqlite_db")
class TestGuardOnSQLite(GuardContract):
    def test_replacing_a_row_is_refused_too(self) -> None:
        Ledger().add(new_case())
        refused(
            "INSERT OR REPLACE INTO ledger_event (id, case_id, seq, county, alg, hash, body)"
            " SELECT id, case_id, seq, county, alg, hash, x'00' FROM ledger_event"
        )

    def test_a_trigger_that_does_nothing_any_more_is_found(self) -> None:
        execute("DROP TRIGGER ledger_event_no_delete")
        execute("CREATE TRIGGER ledger_event_no_delete BEFORE DELETE ON ledger_event BEGIN SELECT 1; END")
        assert guard.missing() == ["表 ledger_event 的触发器 ledger_event_no_delete 被改动"]
        guard.install()
        assert guard.missing() == []

    def test_a_connection_without_recursive_triggers_is_found(self) -> None:
        execute("PRAGMA recursive_triggers = OFF")
        assert any("recursive_triggers" in line for line in guard.missing())

    def test_a_remade_table_has_its_triggers_again(self) -> None:
        """Django changes a SQLite table by making it anew; the triggers go with the old one."""
        Ledger().add(new_case())
        before = MigrationLoader(connection).project_state(("ledger", "0002_transaction"))
        after = before.clone()
        alter = migrations.AlterField("event", "county", models.CharField(max_length=12))
        alter.state_forwards("ledger", after)
        execute("PRAGMA foreign_keys = OFF")
        with connection.schema_editor() as editor:
            alter.database_forwards("ledger", editor, before, after)
        assert guard.missing() != []
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        assert guard.missing() == []
        assert rows("SELECT count(*) FROM ledger_event") == [(1,)]
        refused("DELETE FROM ledger_event")


@pytest.mark.usefixtures("pg_db")
class TestGuardOnPostgreSQL(GuardContract):
    def test_no_table_can_be_emptied(self) -> None:
        fill_every_table()
        for table in guard.TABLES:
            refused(f"TRUNCATE {table} CASCADE")

    def test_a_session_that_plays_replica_is_refused_too(self) -> None:
        Ledger().add(new_case())
        execute("SET session_replication_role = replica")
        refused("DELETE FROM ledger_event")
        execute("SET session_replication_role = origin")

    def test_a_disabled_trigger_is_found(self) -> None:
        execute("ALTER TABLE ledger_seal DISABLE TRIGGER ledger_seal_no_change")
        assert guard.missing() == ["表 ledger_seal 的触发器 ledger_seal_no_change 被停用"]

    def test_an_emptied_function_is_found(self) -> None:
        execute(
            "CREATE OR REPLACE FUNCTION fazhi_append_only() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NEW; END'"
        )
        assert guard.missing() == ["函数 fazhi_append_only 被改动"]
        guard.install()
        assert guard.missing() == []

    def test_a_trigger_with_a_loophole_is_found(self) -> None:
        execute("DROP TRIGGER ledger_event_no_change ON ledger_event")
        execute(
            "CREATE TRIGGER ledger_event_no_change BEFORE UPDATE OR DELETE ON ledger_event FOR EACH ROW"
            " WHEN (OLD.seq > 100) EXECUTE FUNCTION fazhi_append_only()"
        )
        execute("ALTER TABLE ledger_event ENABLE ALWAYS TRIGGER ledger_event_no_change")
        assert guard.missing() == ["表 ledger_event 的触发器 ledger_event_no_change 被改动"]

    def test_the_role_for_serving_adds_and_reads(self) -> None:
        fill_every_table()
        execute(f"SET ROLE {guard.ROLE}")
        Ledger().add(new_case())
        assert seal.seal() == 1
        assert checkpoint.make().size == 257
        with connection.cursor() as cursor:
            assert (
                commit.erase(
                    cursor, [row[0] for row in rows("SELECT commitment FROM ledger_personal")], timezone.now()
                )
                == 1
            )

    def test_the_role_for_serving_may_neither_change_nor_remove(self) -> None:
        fill_every_table()
        execute(f"SET ROLE {guard.ROLE}")
        for table in guard.TABLES:
            for statement in (
                f"UPDATE {table} SET {column(table)} = {column(table)}",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            ):
                with (
                    pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
                    transaction.atomic(),
                ):
                    execute(statement)

    def test_a_right_too_many_is_found(self) -> None:
        execute(f"GRANT DELETE ON ledger_event TO {guard.ROLE}")
        assert guard.missing() == [f"数据库角色 {guard.ROLE} 对表 ledger_event 不应有 DELETE 权限"]
        guard.install()
        assert guard.missing() == []

    def test_a_migrating_user_without_the_right_to_make_roles(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A hosted database: no role, but the triggers all the same."""
        monkeypatch.setattr(guard, "ROLE", "fazhi_not_there")
        assert guard.missing() == ["数据库角色 fazhi_not_there 不存在"]
        execute("CREATE ROLE plain")
        try:
            execute("SET ROLE plain")
            assert guard.missing() == []
            guard.install()
        finally:
            execute("RESET ROLE")
            execute("DROP ROLE plain")
        assert rows("SELECT 1 FROM pg_roles WHERE rolname = 'fazhi_not_there'") == []
