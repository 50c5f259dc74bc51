"""Import on both databases: a row is a case, the same file twice is nothing, and nothing is ever half-written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from tests.ledger.faults import die_for_real

from fazhi.cases import casefile, exchange, personal, service, store
from fazhi.cases.errors import CaseError
from fazhi.cases.exchange import BadFile, Order
from fazhi.cases.models import Case, CaseSide, Errand, Import, ImportedCase, Paper
from fazhi.cases.refold import bodies
from fazhi.ledger.access_log import Reader, lines
from fazhi.organs.models import Party
from fazhi.procedures import Command, State

from .build import moment
from .exchange_build import CITIZEN, COMPANY, NOW, SYSTEM, TODAY, Office, csv_of, row, xlsx_of
from .test_service import events


def tables() -> tuple[int, ...]:
    """How many rows each table has that an import writes to."""
    found = []
    with connections["default"].cursor() as cursor:
        for name in (
            "ledger_event",
            "ledger_personal",
            "cases_case",
            "cases_side",
            "organs_party",
            "cases_import",
        ):
            cursor.execute(f"SELECT COUNT(*) FROM {name}")
            found.append(int(cursor.fetchone()[0]))
    return tuple(found)


class ImportContract:
    @pytest.fixture
    def o(self) -> Office:
        return Office()

    # ---- new rows

    def test_a_row_becomes_a_case_with_events_in_the_order_of_their_days(self, o: Office) -> None:
        done = o.loaded(
            row(
                告知日期="2024-03-10",
                告知金额="2000",
                结案日期="2024-04-01",
                当事人名称="甲公司",
                当事人证件号码=COMPANY,
            )
        )
        assert (done.new, done.changed, done.same, done.events) == (1, 0, 0, 4)
        case = o.case("A1")
        assert o.types("A1") == ["recorded:file", "recorded:notify", "recorded:decide", "recorded:close"]
        assert (case.number, case.title, case.phase, case.outcome) == (
            "A1",
            "某事 · 销售过期食品 · 甲公司",
            "closed",
            "penalty",
        )
        assert (str(case.opened_on), str(case.closed_on), case.source) == ("2024-03-04", "2024-04-01", SYSTEM)
        assert case.organ == o.bureau.id
        first = bodies(case.id)[0]
        assert first["source"] == {"system": SYSTEM, "number": "A1", "batch": done.batch, "row": "2"}
        assert first["sides"]["party"][0]["uscc"] == COMPANY
        assert set(CaseSide.objects.filter(case=case.id).values_list("side", flat=True)) == {
            "agency",
            "party",
        }
        o.verified()

    def test_what_the_row_does_not_carry_is_unknown_and_no_flaw(self, o: Office) -> None:
        o.loaded(row())
        state = store.read(o.case("A1").id).state  # type: ignore[union-attr]
        assert state is not None
        needs = {n["index"]: n["result"] for n in bodies(o.case("A1").id)[1]["needs"]}
        assert needs == {0: "unknown", 1: "unknown", 2: "unknown"}
        assert state.flaws == []

    def test_only_what_is_not_met_is_a_flaw(self, o: Office) -> None:
        o.loaded(row(告知日期="2024-03-10", 告知金额="1000", 调查日期="2024-03-06", 情节严重="否"))
        body = bodies(o.case("A1").id)[-1]
        assert [n["result"] for n in body["needs"]] == ["met", "not_met", "met"]
        assert [f["what"] for f in body["effects"]["flaws"]] == ["重于告知"]

    def test_imported_history_has_no_papers_opens_nothing_and_lets_nothing_run_out(self, o: Office) -> None:
        o.loaded(row(决定日期="2024-03-20"))
        case = o.case("A1")
        clocks = store.read(case.id).state.clocks  # type: ignore[union-attr]
        assert clocks["lapse"]["due"] == "2024-04-04"
        assert case.expires is None
        assert (Paper.objects.count(), Errand.objects.count()) == (0, 0)
        service.run(Command("note", on=TODAY, reason="看过"), o.handler, case=case.id, now=NOW)
        assert str(o.case("A1").expires) == "2024-04-04", "a person's first act sets the limits going"

    def test_before_any_version_days_and_outcome_are_recorded(self, o: Office) -> None:
        o.loaded(row(立案日期="2019-03-04", 决定日期="2019-03-20"))
        first, second = bodies(o.case("A1").id)
        assert first["bare"]
        assert "needs" not in second
        assert set(second["effects"]) == {"act", "phase"}
        assert store.read(o.case("A1").id).state.clocks == {}  # type: ignore[union-attr]
        o.verified()

    def test_personal_words_are_sealed_and_open_for_who_may_read(self, o: Office) -> None:
        o.loaded(
            row(事实="住在某处的某人", 当事人名称="王小明", 当事人证件号码=CITIZEN, 调查日期="2024-03-06")
        )
        case = o.case("A1")
        raw = b"".join(e.body for e in _entries(case.id))
        for secret in ("某处", "王小明", CITIZEN):
            assert secret.encode() not in raw
        assert case.title == "某事 · 销售过期食品 · 王**"
        seen = casefile.open_(o.handler, case.id, TODAY)
        assert seen.shown(seen.state.values["words"]) == "住在某处的某人"
        assert seen.shown(seen.state.sides["party"][0])["identity"] == CITIZEN
        assert Party.objects.get().shown_name == "王**"

    def test_acts_done_several_times_and_lines_of_parts(self, o: Office) -> None:
        data = xlsx_of(
            [row(审核日期="2024-03-08；2024.3.12", 审核结果="退回；通过")],
            物品=[
                {
                    "来源系统案号": "A1",
                    "登记物品日期": "2024-03-09",
                    "名称": "秤",
                    "价值": "30",
                    "处理物品日期": "2024-03-25",
                    "处理": "退还",
                },
                {"来源系统案号": "A1", "登记物品日期": "2024-03-06", "名称": "刀"},
            ],
        )
        o.loaded(data)
        state = store.read(o.case("A1").id).state  # type: ignore[union-attr]
        assert state is not None
        assert [(a["a"], a.get("o")) for a in state.acts] == [
            ("file", None), ("take", None), ("review", "fail"), ("take", None), ("review", "pass"), ("decide", "penalty"), ("give_back", None),
        ]  # fmt: skip
        assert [(r["phase"], r.get("value"), r.get("how")) for r in state.parts["items"]] == [
            ("held", None, None),
            ("returned", 3000, "back"),
        ]
        assert o.loaded(data, dry_run=True).same == 1
        o.verified()

    def test_values_of_every_kind(self, o: Office) -> None:
        o.loaded(row("A0"))
        o.loaded(
            row(
                来源="投诉、举报", 种类="甲类、乙、丙类", 发现日期="2024年3月1日", 会面时间="2024-03-02 09:30", 件数="１２", 已缴清="是",
                相关案件="A0", 执法人员=f"{o.handler.name}；张三", 罚款金额="1.5万元", 协办机关="乙局", 调查日期="2024-03-05", 结案日期="2024-04-01",
            )
        )  # fmt: skip
        state = store.read(o.case("A1").id).state  # type: ignore[union-attr]
        assert state is not None
        v = state.values
        assert (v["source"], v["kinds"], v["found_on"], v["met_at"]) == (
            "told",
            ["a", "b"],
            "2024-03-01",
            "2024-03-02T09:30:00+08:00",
        )
        assert (v["count"], v["paid"], v["amount"], v["related"]) == (12, True, 1500000, o.case("A0").id)
        assert v["officers"][0] == {"id": o.handler.person, "name": o.handler.name}
        assert (v["officers"][1]["name"], len(v["officers"][1]["id"])) == ("张三", 32)
        assert state.sides["helper"] == [o.second.id]

    def test_a_case_handled_elsewhere_offers_nothing_here(self, o: Office) -> None:
        o.loaded(row(决定日期="", 决定结果="", 罚款金额=""), elsewhere="省处罚平台")
        case = o.case("A1")
        assert case.elsewhere == "省处罚平台"
        with pytest.raises(CaseError) as refused:
            service.run(Command("act", action="look", on=TODAY), o.handler, case=case.id, now=NOW)
        assert "省处罚平台" in refused.value.message
        o.loaded(row(决定日期="", 决定结果="", 罚款金额="", 在办系统="本系统"))
        service.run(Command("act", action="look", on=TODAY), o.handler, case=case.id, now=NOW)

    def test_what_is_handled_elsewhere_follows_the_calendar_and_runs_out_there(self, o: Office) -> None:
        o.loaded(row(), elsewhere="省处罚平台")
        case = o.case("A1").id
        assert service.run(Command("recalculate", on=TODAY), None, case=case, now=NOW).events == ()
        service.run(
            Command("note", on=TODAY, reason="记录", mode="record", source={"system": "x"}),
            None,
            case=case,
            now=NOW,
        )
        assert o.case("A1").expires is None

    def test_files_of_other_systems_need_not_look_like_ours(self, o: Office) -> None:
        plain = row()
        foreign = {"序号": "1", **plain, "备注": "无"}
        text = "某县行政处罚台账,,,\n" + csv_of(foreign).decode()
        done = o.loaded(text.encode("gb18030"))
        assert (done.new, done.ignored) == (1, ("序号", "备注"))
        assert (
            o.loaded(
                csv_of({k.replace("日期", " 日期 ＊").replace(" ＊", ""): x for k, x in plain.items()})
            ).same
            == 1
        )

    # ---- the same file again

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

    # ---- all or nothing

    def test_a_dry_run_writes_nothing(self, o: Office) -> None:
        before = tables()
        done = o.load(
            [row("A1", 当事人名称="王小明", 当事人证件号码=CITIZEN), row("A2", 罚款金额="-1")], dry_run=True
        )
        assert (done.new, len(done.errors)) == (1, 1)
        assert o.load(row(), dry_run=True).new == 1
        assert tables() == before

    def test_one_bad_row_keeps_all_out(self, o: Office) -> None:
        before = tables()
        done = o.load([row(f"A{n}") for n in range(1200)] + [row("B1", 决定日期="2024-02-30")])
        assert [(e.row, e.column) for e in done.errors] == [(1202, "决定日期")]
        assert tables() == before

    def test_dying_while_writing_leaves_nothing(self, o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        from fazhi.cases.exchange import batch

        before, calls = tables(), []

        def die(cursor: Any, piece: Any) -> None:
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            insert(cursor, piece)

        insert = batch.insert
        monkeypatch.setattr(batch, "insert", die)
        with pytest.raises(KeyboardInterrupt):
            o.load([row(f"A{n}", 当事人名称="甲公司", 当事人证件号码=COMPANY) for n in range(700)])
        assert (tables(), len(calls)) == (before, 2)

    def test_killed_at_any_statement_nothing_is_there_and_the_next_run_completes(
        self, o: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """kill -9 at every third statement: first of an import, then of next week's grown and changed file."""
        from fazhi.cases.exchange import deciding

        monkeypatch.setattr(deciding, "PIECE", 3)
        people = {"当事人名称": "甲公司", "当事人证件号码": COMPANY, "事实": "某事", "调查日期": "2024-03-05"}
        first = [row(f"A{n}", **people) for n in range(7)]
        later = (
            [row(f"A{n}", **people, 罚款金额="1") for n in range(2)]
            + first[2:]
            + [row(f"B{n}") for n in range(4)]
        )
        o.load(first, dry_run=True)
        for rows, told in ((first, (7, 0, 0)), (later, (4, 2, 5))):
            before, at = tables(), 1
            while die_for_real(at, lambda rows=rows: o.load(rows)):  # type: ignore[misc]
                assert tables() == before, f"after statement {at}"
                at += 3
            assert at > 10
            assert tables() != before  # the run that nobody killed
            assert Import.objects.filter(new=told[0], changed=told[1], same=told[2]).count() == 1
            seen = tables()
            again = o.loaded(rows)
            assert (again.new, again.changed, again.batch, tables()) == (0, 0, "", seen)
        o.verified()

    def test_who_writes_in_the_meantime_wins(self, o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        o.loaded(row())
        from fazhi.cases.exchange import batch

        write = batch._write
        case = o.case("A1").id

        def late(*given: Any) -> None:
            service.run(Command("note", on=TODAY, reason="插一句"), o.handler, case=case, now=NOW)
            write(*given)

        monkeypatch.setattr(batch, "_write", late)
        with pytest.raises(CaseError, match="数据有了变化"):
            o.load([row(结案日期="2024-04-01"), row("A2")])
        assert Case.objects.count() == 1
        monkeypatch.setattr(batch, "_write", write)
        o.verified()

    def test_many_rows_are_the_same_with_several_processes(self, o: Office) -> None:
        rows = [
            row(f"A{n}", 当事人名称="甲公司", 当事人证件号码=COMPANY, 事实=f"第{n}件", 调查日期="2024-03-05")
            for n in range(2100)
        ]
        done = o.loaded(rows, workers=2)
        assert (done.new, done.events) == (2100, 6300)
        assert Party.objects.count() == 1
        assert len(set(Case.objects.values_list("id", flat=True))) == 2100
        assert o.loaded(rows[:50], workers=2).same == 50
        words = casefile.open_(o.handler, o.case("A2099").id, TODAY)
        assert words.shown(words.state.values["words"]) == "第2099件"
        o.verified()

    def test_a_number_under_two_names_is_found_across_processes(self, o: Office) -> None:
        rows = [
            row(f"A{n}", 当事人名称="甲公司" if n < 1500 else "乙公司", 当事人证件号码=COMPANY)
            for n in range(2100)
        ]
        done = o.load(rows, workers=2)
        assert done.errors
        assert "与所填名称不一致" in done.errors[0].message
        assert Case.objects.count() == 0


def told(state: State) -> list[tuple[str, str | None, str]]:
    return [(a["a"], a.get("o"), a["d"]) for a in state.acts]


def _entries(case: str) -> Any:
    from fazhi.ledger import store as ledger

    return ledger.events(case)


@pytest.mark.usefixtures("sqlite_db")
class TestImportOnSQLite(ImportContract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestImportOnPostgreSQL(ImportContract):
    pass


# ---- mistakes, by row and column ------------------------------------------------------------------------------------


@pytest.fixture
def o(db: None) -> Office:
    return Office()


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"承办机关": "安澜县甲甲局"}, "承办机关", "机关名录中没有“安澜县甲甲局”；是否为：安澜县甲局"),
        ({"承办机关": "各有关部门"}, "承办机关", "统称"),
        ({"承办机关": ""}, "承办机关", "没有填写承办机关"),
        ({"来源系统案号": " "}, "来源系统案号", "没有填写来源系统案号"),
        ({"立案日期": ""}, "立案日期", "没有填写立案日期"),
        ({"立案日期": "2024-02-30"}, "立案日期", "没有“2024-02-30”这一天"),
        ({"决定日期": "2024-03-01"}, "决定日期", "「决定」的日期2024-03-01早于「立案」的日期2024-03-04"),
        ({"结案日期": "2024-03-10"}, "结案日期", "「结案」的日期2024-03-10早于「决定」的日期2024-03-20"),
        ({"决定日期": "2027-01-01"}, "决定日期", "晚于今天2026-11-21"),
        ({"决定结果": ""}, "决定日期", "没有填写结果"),
        ({"决定日期": ""}, "决定结果", "没有填写日期"),
        ({"决定结果": "撤销"}, "决定日期", "“撤销”不在可选项中；可选：予以处罚、不予处罚"),
        ({"罚款金额": "-5"}, "罚款金额", "金额不得为负数"),
        ({"罚款金额": "若干"}, "罚款金额", "不是金额"),
        ({"案由": "销售过其食品"}, "案由", "代码表中没有“销售过其食品”；是否为：销售过期食品"),
        ({"来源": "传闻"}, "来源", "不在可选项中"),
        ({"已缴清": "不详"}, "已缴清", "不清楚的请留空"),
        ({"件数": "3.5"}, "件数", "不是整数"),
        ({"当事人名称": "甲公司", "当事人证件号码": COMPANY[:-1] + "1"}, "当事人证件号码", "校验不符"),
        (
            {"当事人名称": "王小明", "当事人证件号码": CITIZEN[:-1] + "1"},
            "当事人证件号码",
            "公民身份号码校验不符",
        ),
        ({"当事人名称": "王小明"}, "当事人名称", "没有证件号码，也没有填写当事人类别"),
        ({"当事人证件号码": COMPANY}, "当事人证件号码", "没有填写名称"),
        ({"当事人名称": "甲；乙", "当事人证件号码": COMPANY}, "当事人证件号码", "对不上"),
        ({"审核日期": "2024-03-05;2024-03-06", "审核结果": "通过"}, "审核日期", "有2个日期、1个结果"),
        ({"本系统编号": "123"}, "本系统编号", "本系统编号不完整"),
    ],
)
def test_a_mistake_is_told_by_row_and_column(
    o: Office, change: dict[str, str], column: str, words: str
) -> None:
    wrong = {k: v for k, v in (row("A2") | change).items() if v != ""}
    done = o.load([row("A1"), wrong, row("A3")], dry_run=True)
    assert [(e.row, e.column) for e in done.errors] == [(3, column)]
    assert words in done.errors[0].message
    assert done.new == 2


def test_all_mistakes_are_told_at_once(o: Office) -> None:
    done = o.load([row("A1", 罚款金额="-5", 决定日期="某日"), row("A1"), row("A3", 承办机关="无此局")])
    assert [(e.row, e.column) for e in done.errors] == [
        (2, "决定日期"), (2, "罚款金额"), (3, "来源系统案号"), (4, "承办机关"),
    ]  # fmt: skip
    assert done.as_dict() == {
        "new": 0,
        "changed": 0,
        "same": 0,
        "errors": [{"row": e.row, "column": e.column, "message": e.message} for e in done.errors],
    }


def test_missing_and_doubled_columns_are_told_before_any_row(o: Office) -> None:
    done = o.load(csv_of({k: v for k, v in row().items() if k not in ("承办机关", "立案日期")}))
    assert [(e.row, e.column) for e in done.errors] == [(1, "承办机关"), (1, "立案日期")]
    text = csv_of(row()).decode().replace("事项", "罚款金额", 1)
    assert "重复" in o.load(text.encode()).errors[0].message


def test_a_file_without_our_headings_is_no_table_of_this_procedure(o: Office) -> None:
    with pytest.raises(BadFile, match="找不到「登记程序」的列名"):
        o.load(b"a,b,c\n1,2,3\n")
    with pytest.raises(BadFile, match="没有名为“没有”的程序"):
        exchange.load(csv_of(row()), Order("没有", "339821"), now=NOW)


def test_a_likely_heading_is_offered_for_one_that_is_passed_over(o: Office) -> None:
    done = o.load(csv_of(row() | {"罚款金额（万）": "2"}), dry_run=True)
    assert done.ignored == ("罚款金额（万）（是否为“罚款金额”？）",)


def test_a_file_without_the_column_of_organs_belongs_to_one_organ(o: Office) -> None:
    rows = {k: v for k, v in row().items() if k != "承办机关"}
    assert o.loaded(rows, organ=o.second.id).new == 1
    assert o.case("A1").organ == o.second.id


def test_an_importer_files_for_his_own_organs_only(o: Office) -> None:
    own = exchange.paths_of(o.handler)
    assert own == (o.bureau.path,)
    done = o.load([row("A1"), row("A2", 承办机关="安澜县乙局")], paths=own)
    assert [(e.row, e.column) for e in done.errors] == [(3, "承办机关")]
    assert "您只能导入本单位和下级单位的案件" in done.errors[0].message
    o.loaded(row("A2", 承办机关="安澜县乙局"))
    again = o.load(row("A2", 承办机关="安澜县甲局", 结案日期="2024-04-01"), paths=own)
    assert "由其他单位承办" in again.errors[0].message


def test_lines_of_parts_have_their_own_mistakes(o: Office) -> None:
    lines = [
        {"来源系统案号": "A1", "登记物品日期": "2024-03-06", "价值": "x"},
        {"来源系统案号": "A1", "名称": "秤"},
        {"来源系统案号": "没有", "登记物品日期": "2024-03-06"},
        {"来源系统案号": "A1", "登记物品日期": "2024-03-06", "处理物品日期": "2024-03-05"},
    ]
    done = o.load(xlsx_of([row()], 物品=lines), dry_run=True)
    assert [(e.row, e.column) for e in done.errors] == [
        (2, "物品·价值"), (3, "物品·登记物品日期"), (4, "物品·来源系统案号"), (5, "物品·处理物品日期"),
    ]  # fmt: skip


def test_an_erased_value_does_not_come_back_by_a_file(o: Office) -> None:
    from fazhi.cases.store import writing
    from fazhi.ledger import commit

    o.loaded(row(事实="甲", 调查日期="2024-03-05"))
    case = o.case("A1")
    words = bodies(case.id)[1]["values"]["words"]["commit"]
    with writing() as cursor:
        commit.erase(cursor, [words], NOW)
    assert o.loaded(row(事实="甲", 调查日期="2024-03-05")).same == 1
    assert o.loaded(row(事实="另一说法", 调查日期="2024-03-05")).same == 1


def test_comparing_opens_no_personal_words(o: Office) -> None:
    rows = row(事实="甲", 当事人名称="王小明", 当事人证件号码=CITIZEN, 调查日期="2024-03-05")
    o.loaded(rows)
    before = len(lines())
    o.loaded(rows)
    assert len(lines()) == before


def test_the_days_of_acts_follow_the_day_in_shanghai(o: Office) -> None:
    early = moment(TODAY) - timedelta(hours=12)  # 2026-11-21 in Shanghai has begun
    assert o.load(row(决定日期="2026-11-21"), now=early, dry_run=True).errors == ()


def test_a_batch_knows_its_cases(o: Office) -> None:
    done = o.loaded([row("A1"), row("A2")])
    batch = Import.objects.get(pk=done.batch)
    assert (batch.new, batch.events, batch.system) == (2, 4, SYSTEM)
    assert ImportedCase.objects.filter(batch=done.batch, first_seq=1, last_seq=2).count() == 2
    assert events() == 4
