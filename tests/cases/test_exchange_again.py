"""The same file again on both databases: what has grown or changed is recorded or corrected, and a batch can be undone."""

from __future__ import annotations

import pytest

from fazhi.cases import personal, service, store
from fazhi.cases.errors import CaseError
from fazhi.cases.models import Case, CaseSide, Import
from fazhi.cases.refold import bodies
from fazhi.ledger.access_log import Reader
from fazhi.procedures import Command, State

from .exchange_build import CITIZEN, COMPANY, NOW, TODAY, Office, row, tables


class AgainContract:
    @pytest.fixture
    def o(self) -> Office:
        return Office()

    def test_the_same_file_again_writes_nothing(self, o: Office) -> None:
        rows = [
            row("A1", 事实="甲", 当事人名称="甲公司", 当事人证件号码=COMPANY, 调查日期="2024-03-05"),
            row("A2", 当事人名称="某人", 当事人类别="自然人"),
        ]
        o.loaded(rows)
        before = tables()
        done = o.loaded(rows)
        assert (done.new, done.changed, done.same, done.batch) == (0, 0, 2, "")
        assert tables() == before

    def test_a_grown_row_appends_what_is_new(self, o: Office) -> None:
        o.loaded(row())
        done = o.loaded(row(结案日期="2024-04-01", 已缴清="是"))
        assert (done.changed, done.changes[0][2]) == (1, ("结案日期",))
        assert o.types("A1")[2:] == ["recorded:close"]
        assert o.case("A1").phase == "closed"
        o.verified()

    def test_a_changed_value_is_corrected_with_the_source_as_reason(self, o: Office) -> None:
        o.loaded(row(事实="甲", 调查日期="2024-03-05"))
        o.loaded(row(事实="乙", 调查日期="2024-03-05", 罚款金额="3000"))
        added = bodies(o.case("A1").id)[3:]
        assert [(b["type"], b["target"], b["reason"]) for b in added] == [
            ("corrected", 2, "来源系统更新"),
            ("corrected", 3, "来源系统更新"),
        ]
        assert added[1]["old"] == {"amount": 200000}
        state = store.read(o.case("A1").id).state  # type: ignore[union-attr]
        assert state is not None
        words = personal.reveal([state.values["words"]], Reader("p"))
        assert list(words.values()) == ["乙"]
        assert o.loaded(row(事实="乙", 调查日期="2024-03-05", 罚款金额="3000")).same == 1
        o.verified()

    def test_a_changed_day_is_corrected_and_moves_the_limits(self, o: Office) -> None:
        o.loaded(row())
        o.loaded(row(立案日期="2024-03-06", 决定日期="2024-03-22"))
        case = o.case("A1")
        assert o.types("A1")[2:] == ["corrected:file", "corrected:decide"]
        state = store.read(case.id).state  # type: ignore[union-attr]
        assert state is not None
        assert (str(case.opened_on), state.clocks["limit"]["due"], state.clocks["limit"]["stopped"]) == (
            "2024-03-06",
            "2024-06-04",
            "2024-03-22",
        )
        o.verified()

    def test_an_act_in_between_takes_back_and_records_anew(self, o: Office) -> None:
        o.loaded(row(结案日期="2024-04-01", 已缴清="是", 事实="甲"))
        o.loaded(row(结案日期="2024-04-01", 告知日期="2024-03-10", 告知金额="2000"))
        assert o.types("A1")[3:] == ["voided:$void", "recorded:notify", "recorded:decide", "recorded:close"]
        state = store.read(o.case("A1").id).state  # type: ignore[union-attr]
        assert state is not None
        assert (state.phase, state.closed_on, state.values["paid"]) == ("closed", "2024-04-01", True)
        assert "words" in state.values, "what the new file does not carry stays"
        o.verified()

    def test_another_outcome_is_recorded_anew(self, o: Office) -> None:
        o.loaded(row())
        o.loaded(row(决定结果="不予处罚", 罚款金额=""))
        case = o.case("A1")
        assert (case.outcome, case.phase) == ("none", "closed")
        assert o.types("A1")[2:] == ["voided:$void", "recorded:decide"]
        o.verified()

    def test_another_party_is_recorded_anew(self, o: Office) -> None:
        o.loaded(row(当事人名称="甲公司", 当事人证件号码=COMPANY))
        o.loaded(row(当事人名称="王小明", 当事人证件号码=CITIZEN))
        case = o.case("A1")
        assert case.title.endswith("王**")
        assert CaseSide.objects.filter(case=case.id, side="party").count() == 1
        assert o.types("A1")[2:] == ["voided:$void", "recorded:file", "recorded:decide"]
        o.verified()

    def test_an_empty_cell_denies_nothing(self, o: Office) -> None:
        o.loaded(row(告知日期="2024-03-10", 事实="甲", 当事人名称="甲公司", 当事人证件号码=COMPANY))
        assert o.loaded(row()).same == 1

    def test_a_case_that_people_went_on_with_is_not_changed_by_a_file(self, o: Office) -> None:
        o.loaded(row(决定日期="", 决定结果="", 罚款金额=""))
        case = o.case("A1").id
        service.run(Command("act", action="look", on=TODAY), o.handler, case=case, now=NOW)
        done = o.load(row())
        assert [(e.row, "已在本系统办理" in e.message, "决定日期" in e.message) for e in done.errors] == [
            (2, True, True)
        ]
        assert o.load(row(决定日期="", 决定结果="", 罚款金额="")).same == 1

    def test_two_systems_may_use_the_same_number(self, o: Office) -> None:
        o.loaded(row())
        assert o.loaded(row(), system="市平台").new == 1
        assert Case.objects.count() == 2

    # ---- undo

    def test_undoing_a_batch_takes_its_cases_back(self, o: Office) -> None:
        batch = o.loaded([row("A1"), row("A2")]).batch
        assert o.undo(batch) == 2
        case = o.case("A1")
        assert o.types("A1") == ["recorded:file", "recorded:decide", "voided:$void"]
        assert (case.phase, store.read(case.id).state.acts) == ("", [])  # type: ignore[union-attr]
        assert Import.objects.get(pk=batch).undone_at is not None
        with pytest.raises(CaseError, match="已经撤销过"):
            o.undo(batch)
        o.verified()
        assert o.loaded([row("A1"), row("A2")]).changed == 2, "and may be imported again"
        assert o.case("A1").phase == "decided"
        assert str(o.case("A1").closed_on) == "None"
        o.verified()

    def test_undoing_an_update_restores_what_was_before(self, o: Office) -> None:
        o.loaded(row(事实="甲"))
        before = store.read(o.case("A1").id).state  # type: ignore[union-attr]
        batch = o.loaded(
            row(事实="乙", 罚款金额="9000", 告知日期="2024-03-10", 结案日期="2024-04-01"), elsewhere="省平台"
        ).batch
        written = len(bodies(o.case("A1").id))
        o.undo(batch)
        now = store.read(o.case("A1").id)
        assert now is not None
        assert now.state is not None
        assert before is not None
        assert (now.state.values, now.state.phase, now.elsewhere) == (before.values, before.phase, "")
        assert (
            told(now.state)
            == told(before)
            == [("file", None, "2024-03-04"), ("decide", "penalty", "2024-03-20")]
        )
        assert now.state.clocks["limit"] == before.clocks["limit"]
        added = bodies(o.case("A1").id)[written:]
        assert [b["type"] for b in added] == ["voided", "corrected", "recorded"]
        assert all(b["reason"] == "撤销导入批次" for b in added[:2])
        o.verified()

    def test_undoing_a_correction_puts_the_old_value_and_the_old_day_back(self, o: Office) -> None:
        o.loaded(row())
        batch = o.loaded(row(罚款金额="9000", 决定日期="2024-03-22", 已缴清="是", 件数="2")).batch
        o.undo(batch)
        state = store.read(o.case("A1").id).state  # type: ignore[union-attr]
        assert state is not None
        assert (state.values["amount"], state.acts[-1]["d"]) == (200000, "2024-03-20")
        assert state.values.keys().isdisjoint({"paid", "count"})
        assert bodies(o.case("A1").id)[-1]["values"]["count"] is None
        o.verified()

    def test_what_was_acted_on_since_is_not_undone(self, o: Office) -> None:
        batch = o.loaded([row("A1", 决定日期="", 决定结果="", 罚款金额=""), row("A2")]).batch
        service.run(Command("act", action="look", on=TODAY), o.handler, case=o.case("A1").id, now=NOW)
        before = tables()
        with pytest.raises(CaseError, match="A1"):
            o.undo(batch)
        assert tables() == before

    def test_batches_are_undone_from_the_last(self, o: Office) -> None:
        first = o.loaded(row()).batch
        second = o.loaded(row(结案日期="2024-04-01")).batch
        with pytest.raises(CaseError) as refused:
            o.undo(first)
        assert "请先撤销后来的导入批次" in refused.value.next
        assert o.undo(second) == 1
        assert o.undo(first) == 1
        o.verified()


def told(state: State) -> list[tuple[str, str | None, str]]:
    return [(a["a"], a.get("o"), a["d"]) for a in state.acts]


@pytest.mark.usefixtures("sqlite_db")
class TestAgainOnSQLite(AgainContract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestAgainOnPostgreSQL(AgainContract):
    pass
