"""Import on both databases: a row of a file is a case with its events, as it was when they happened."""

from __future__ import annotations

from typing import Any

import pytest

from fazhi.cases import casefile, service, store
from fazhi.cases.errors import CaseError
from fazhi.cases.models import CaseSide, Errand, Paper
from fazhi.cases.refold import bodies
from fazhi.organs.models import Party
from fazhi.procedures import Command

from .exchange_build import CITIZEN, COMPANY, NOW, SYSTEM, TODAY, Office, csv_of, row, xlsx_of


class ImportContract:
    @pytest.fixture
    def o(self) -> Office:
        return Office()

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


def _entries(case: str) -> Any:
    from fazhi.ledger import store as ledger

    return ledger.events(case)


@pytest.mark.usefixtures("sqlite_db")
class TestImportOnSQLite(ImportContract):
    pass


@pytest.mark.usefixtures("pg_db")
class TestImportOnPostgreSQL(ImportContract):
    pass
