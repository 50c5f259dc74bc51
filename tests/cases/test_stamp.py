"""Whoever changes a register, and how: the counter moves, and no process goes on with what it knew."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from tests.cases.build import DAY, World

from fazhi.cases import registers, stamp
from fazhi.cases.errors import CaseError
from fazhi.organs.models import Delegation, Installation, Organ, OrganLine, Parameter, Person, Post


def moved(change: Any) -> bool:
    before = registers.current()
    change()
    return registers.current() != before


class Contract:
    @pytest.fixture
    def w(self) -> World:
        return World()

    def test_every_way_of_changing_a_post_counts(self, w: World) -> None:
        post = Post.objects.get(pk=w.handler.post)
        assert moved(lambda: Post.objects.filter(pk=post.pk).update(valid_to=DAY))
        assert moved(lambda: Post.objects.bulk_create([Post(person_id=post.person_id, organ=w.second, role="head", valid_from=DAY)]))  # fmt: skip
        assert moved(lambda: Post.objects.bulk_update([post], ["role"]))
        assert moved(post.save)
        assert moved(lambda: Post.objects.filter(organ=w.second, role="head").delete())

    def test_what_else_rights_hang_on_counts(self, w: World) -> None:
        person = w.handler.person
        given = Delegation(post_id=w.head.post, to_id=person, valid_from=DAY, source="测试")
        assert moved(given.save)
        assert moved(lambda: Delegation.objects.filter(pk=given.pk).update(valid_to=DAY))
        assert moved(lambda: OrganLine.objects.create(organ=w.bureau, other=w.second, kind="supervises", valid_from=DAY, source="测试"))  # fmt: skip
        assert moved(lambda: Organ.objects.filter(pk=w.bureau.pk).update(path="/x/"))
        assert moved(lambda: Person.objects.filter(pk=person).update(is_active=False))
        assert moved(lambda: Installation.objects.create(id=1, demo=True))
        assert moved(lambda: Parameter.objects.update(value="1")) or not Parameter.objects.exists()

    def test_signing_in_moves_nothing(self, w: World) -> None:
        someone = Person.objects.get(pk=w.handler.person)
        someone.failed_logins = 3
        assert not moved(someone.save)

    def test_a_number_that_was_rolled_back_does_not_come_again(self, w: World) -> None:
        seen = set()
        for _ in range(5):
            with transaction.atomic():
                Post.objects.filter(pk=w.handler.post).update(valid_to=DAY + timedelta(days=1))
                seen.add(registers.current())
                transaction.set_rollback(True)
        assert len(seen) == 5

    def test_a_missing_trigger_is_told_and_put_up_again(self, w: World) -> None:
        stamp.require()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ALTER TABLE organs_post DISABLE TRIGGER stamp_organs_post")
            else:
                cursor.execute("DROP TRIGGER stamp_organs_post_update")
        assert len(stamp.missing()) == 1
        with pytest.raises(CaseError, match="任职变动"):
            stamp.require()
        stamp.install()
        assert stamp.missing() == []


@pytest.mark.usefixtures("sqlite_db")
class TestOnSQLite(Contract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestOnPostgreSQL(Contract):
    pass


def test_what_a_thread_read_before_a_change_is_not_kept_after_it() -> None:
    """It reads the counter, another changes a register and says so, then it comes with what it had read."""
    reading, changed, found = threading.Event(), threading.Event(), []

    def slow() -> str:
        reading.set()
        changed.wait(10)
        return "old"

    def run() -> None:
        registers.at_version(7)
        found.append(registers.kept(("x",), slow))

    thread = threading.Thread(target=run)
    thread.start()
    assert reading.wait(10)
    registers.at_version(8)
    changed.set()
    thread.join()
    assert found == ["old"]
    assert registers.kept(("x",), lambda: "new") == "new"
