"""One order across cases: nothing missed, nothing doubled, whatever is under way and whoever dies."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connection, connections, transaction

from fazhi.ledger import access_log, nodes, seal, store, tree
from fazhi.ledger.access_log import Reader

from .build import Ledger, new_case, rows
from .faults import Killed, die_for_real, dying


def order() -> list[tuple[int, int]]:
    """(position, event id), and that positions run from 1 without a gap and no event has two."""
    found = rows("SELECT position, event_id FROM ledger_seal ORDER BY position")
    assert [position for position, _ in found] == list(range(1, len(found) + 1))
    assert len({event for _, event in found}) == len(found)
    return found


def check_tree() -> None:
    """The stored tree is the tree over the sealed hashes; within a case, positions rise with seq."""
    hashes = [bytes(row[0]) for row in rows("SELECT hash FROM ledger_seal ORDER BY position")]
    with connection.cursor() as cursor:
        assert tree.root(nodes.Stored(cursor), len(hashes)) == tree.root(tree.Leaves(hashes), len(hashes))
    expected = [(level, place) for level in (8, 16) for place in range(len(hashes) >> level)]
    assert rows("SELECT level, place FROM ledger_node ORDER BY level, place") == expected
    last: dict[str, int] = {}
    for sealed in store.by_position():
        assert sealed.entry.seq == last.get(sealed.entry.case, 0) + 1
        last[sealed.entry.case] = sealed.entry.seq


def sealed_all() -> bool:
    check_tree()
    return len(order()) == rows("SELECT count(*) FROM ledger_event")[0][0]


class SealContract:
    def test_an_empty_ledger(self) -> None:
        assert seal.seal() == 0
        assert seal.height() == 0

    def test_every_event_gets_one_place(self) -> None:
        ledger = Ledger()
        ledger.fill(cases=5, events=4)
        assert seal.height() == 0
        assert len(seal.unsealed()) == 20
        assert seal.seal() == 20
        assert seal.height() == 20
        assert seal.unsealed() == []
        assert sealed_all()

    def test_may_run_twice(self) -> None:
        ledger = Ledger()
        cases = ledger.fill(cases=2, events=2)
        assert (seal.seal(), seal.seal()) == (4, 0)
        ledger.add(cases[0])
        assert [entry.seq for entry in seal.unsealed()] == [3]
        assert (seal.seal(), seal.seal()) == (1, 0)
        assert sealed_all()

    def test_places_once_given_stay(self) -> None:
        ledger = Ledger()
        cases = ledger.fill(cases=3, events=2)
        seal.seal()
        before = order()
        for case in reversed(cases):
            ledger.add(case)
        seal.seal()
        assert order()[: len(before)] == before

    def test_no_more_than_asked_for(self) -> None:
        Ledger().fill(cases=4, events=3)
        assert [seal.seal(limit=5) for _ in range(4)] == [5, 5, 2, 0]
        assert sealed_all()

    def test_the_tree_s_stored_levels(self) -> None:
        ledger = Ledger()
        for size in (255, 1, 1, 300, 700):  # below, onto and across the 256 leaves of a stored node
            ledger.fill(cases=size, events=1)
            assert seal.seal() == size
            assert sealed_all()

    def test_across_batches_and_looks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seal, "BATCH", 7)
        monkeypatch.setattr(seal, "LOOK", 21)
        Ledger().fill(cases=30, events=3)
        assert seal.seal() == 90
        assert sealed_all()

    def test_reading_by_position(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store, "_PAGE", 4)
        Ledger().fill(cases=5, events=2)
        seal.seal()
        assert [s.position for s in store.by_position()] == list(range(1, 11))
        assert [s.position for s in store.by_position(after=3, upto=8)] == [4, 5, 6, 7, 8]
        assert list(store.by_position(after=10)) == []

    def test_two_sealers_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seal, "BATCH", 5)
        Ledger().fill(cases=60, events=2)
        start, counts, failures = threading.Barrier(2), [], []

        def run() -> None:
            try:
                start.wait(20)
                counts.append(seal.seal())
            except BaseException as failure:
                failures.append(failure)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []
        assert sum(counts) == 120
        assert sealed_all()

    def test_a_sealer_that_was_overtaken_gives_up_its_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Between its look and its lock, another one has sealed the same events."""
        Ledger().fill(cases=6, events=1)
        write, overtaken = seal._write, []

        def late(*args: object, **kwargs: object) -> bool:
            if not overtaken:
                overtaken.append(True)
                assert seal.seal() == 6
            return write(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(seal, "_write", late)
        assert seal.seal() == 0
        assert sealed_all()

    def test_dying_at_any_statement_loses_and_doubles_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seal, "BATCH", 100)
        ledger = Ledger()
        ledger.fill(cases=200, events=1)
        seal.seal()
        deaths = 0
        while True:
            cases = ledger.fill(cases=230, events=1)  # several batches, and a node of the tree, in each run
            before = order()
            try:
                with dying(deaths + 1):
                    seal.seal()
                break
            except Killed:
                deaths += 1
            assert order()[: len(before)] == before
            check_tree()
            seal.seal()
            assert sealed_all(), f"after dying at statement {deaths}"
            assert len(cases) == 230
        assert deaths >= 8
        assert sealed_all()

    def test_a_killed_process_loses_and_doubles_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seal, "BATCH", 20)
        ledger = Ledger()
        ledger.fill(cases=50, events=1)
        deaths = 0
        while die_for_real(3 * deaths + 1, seal.seal):
            deaths += 1
            check_tree()
            order()
        assert deaths >= 3
        assert sealed_all()

    def test_not_inside_another_transaction(self) -> None:
        Ledger().fill(cases=1, events=1)
        with pytest.raises(RuntimeError), transaction.atomic():
            seal.seal()

    def test_the_access_log_is_sealed_in_chained_batches(self) -> None:
        for upto in (3, 5):
            for n in range(upto):
                log(f"person-{n}")
            assert seal.seal_access() == upto
            assert seal.seal_access() == 0
        assert rows("SELECT number, first, last FROM ledger_access_batch ORDER BY number") == [
            (1, 1, 3),
            (2, 4, 8),
        ]
        assert rows("SELECT count(*) FROM ledger_access_seal") == [(8,)]


def log(person: str) -> None:
    with connection.cursor() as cursor:
        access_log.record(cursor, Reader(person), "view", cases=[new_case()])


@pytest.mark.usefixtures("sqlite_db")
class TestSealOnSQLite(SealContract):
    pass


class OtherSession:
    """A second session of its own, whose transaction can be held open."""

    def __init__(self) -> None:
        params = connection.get_connection_params()
        wanted = ("dbname", "user", "host", "port")
        self.session = psycopg.connect(**{k: params[k] for k in wanted if params.get(k)})

    def append(self, row: store.Row) -> None:
        with self.session.cursor() as cursor:
            store.append(cursor, **row._asdict())

    def number(self) -> None:
        """Take a transaction number without writing anything."""
        self.session.execute("SELECT pg_current_xact_id()")

    def commit(self) -> None:
        self.session.commit()
        self.session.close()

    def roll_back(self) -> None:
        self.session.rollback()
        self.session.close()


@pytest.mark.usefixtures("pg_db")
class TestSealOnPostgreSQL(SealContract):
    def test_an_open_transaction_is_waited_for_and_not_missed(self) -> None:
        """Given a transaction that has written and not committed; when later ones commit; then none is passed over."""
        early, ledger = OtherSession(), Ledger()
        early.append(Ledger().row(new_case()))
        ledger.fill(cases=3, events=2)
        assert seal.seal() == 0, (
            "a place above the open transaction would put the open one's event out of reach"
        )
        assert len(seal.unsealed()) == 6
        early.commit()
        assert seal.seal() == 7
        assert sealed_all()
        assert order()[0][1] == min(event for _, event in order())

    def test_what_was_settled_before_is_sealed_at_once(self) -> None:
        ledger = Ledger()
        ledger.fill(cases=3, events=1)
        open_one = OtherSession()
        open_one.append(Ledger().row(new_case()))
        ledger.fill(cases=2, events=1)
        assert seal.seal() == 3
        open_one.commit()
        assert seal.seal() == 3
        assert sealed_all()

    def test_a_late_commit_with_a_low_id_behind_sealed_ones(self) -> None:
        """Ids are drawn before the commit: the late event's id lies below ids that have their places already."""
        ledger = Ledger()
        first = OtherSession()
        first.append(Ledger().row(new_case()))
        ledger.fill(cases=2, events=1)
        second = OtherSession()
        second.append(Ledger().row(new_case()))
        first.commit()
        assert seal.seal() == 3
        ledger.fill(cases=2, events=1)
        second.commit()
        assert seal.seal() == 3
        assert sealed_all()

    def test_a_transaction_that_is_rolled_back_holds_nothing_up(self) -> None:
        ledger, gone = Ledger(), OtherSession()
        gone.append(Ledger().row(new_case()))
        ledger.fill(cases=2, events=1)
        assert seal.seal() == 0
        gone.roll_back()
        assert seal.seal() == 2
        assert sealed_all()

    def test_many_transactions_open_and_closing_in_any_order(self) -> None:
        ledger, sealed = Ledger(), 0
        sessions = [OtherSession() for _ in range(6)]
        for session in sessions:
            session.append(Ledger().row(new_case()))
            ledger.fill(cases=1, events=1)
            sealed += seal.seal()
        for place in (3, 5, 0, 4, 2, 1):
            sessions[place].commit()
            ledger.fill(cases=1, events=1)
            sealed += seal.seal()
        sealed += seal.seal()
        assert sealed == 18
        assert sealed_all()

    def test_within_a_case_places_follow_the_chain(self) -> None:
        """An older transaction may add the later event: it took its number before, and waited for the case."""
        ledger, case = Ledger(), new_case()
        older, between = OtherSession(), OtherSession()
        older.number()
        between.number()
        ledger.add(case)  # a younger transaction, committed
        older.append(ledger.row(case))
        older.commit()
        assert seal.seal() == 0, "seq 2 is settled, but seq 1 is above the transaction still open"
        between.commit()
        assert seal.seal() == 2
        assert sealed_all()

    def test_what_waited_for_its_case_is_found_again(self) -> None:
        ledger, case = Ledger(), new_case()
        older, between = OtherSession(), OtherSession()
        older.number()
        between.number()
        ledger.add(case)
        older.append(ledger.row(case))
        older.append(Ledger().row(new_case()))
        older.commit()
        assert seal.seal() == 1, "the other case's event needs not wait"
        between.commit()
        assert seal.seal() == 2
        assert sealed_all()

    def test_after_a_restore_into_another_cluster(self) -> None:
        """The rows bring transaction numbers of their former life, far above those given out here."""
        ledger = Ledger()
        ledger.fill(cases=4, events=1)
        seal.seal()
        ledger.fill(cases=3, events=1)
        pretend_restored()
        ledger.fill(cases=2, events=1)  # their numbers are low, like all that this cluster gives out
        assert len(seal.unsealed()) == 5
        assert seal.seal() == 5
        ledger.fill(cases=2, events=1)
        assert seal.seal() == 2
        assert sealed_all()
        assert rows("SELECT max(horizon) FROM ledger_seal WHERE position > 7")[0][0] < FAR

    def test_the_whole_look_finds_what_the_horizon_hides(self) -> None:
        """Restored, and numbers here have overtaken the old horizon before the sealer ran: start-up looks at all."""
        ledger = Ledger()
        ledger.fill(cases=2, events=1)
        seal.seal()
        ledger.fill(cases=1, events=1)
        tamper("UPDATE ledger_event SET xid = '3'::xid8 WHERE id = (SELECT max(id) FROM ledger_event)")
        assert seal.seal() == 0
        assert seal.seal(whole=True) == 1
        assert sealed_all()

    def test_the_access_log_waits_for_open_transactions_too(self) -> None:
        early = OtherSession()
        with early.session.cursor() as cursor:
            access_log.record(cursor, Reader("early"), "view", cases=[])
        log("late")
        assert seal.seal_access() == 0
        early.commit()
        assert seal.seal_access() == 2


FAR = 2**40


def pretend_restored() -> None:
    tamper(f"UPDATE ledger_event SET xid = (xid::text::bigint + {FAR})::text::xid8")
    tamper(f"UPDATE ledger_seal SET horizon = horizon + {FAR}")


def tamper(statement: str) -> None:
    """A change that the triggers forbid."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("ledger_event", "ledger_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        for table in ("ledger_event", "ledger_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
