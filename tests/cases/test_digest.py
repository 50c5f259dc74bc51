"""By which digest events are hashed: the installation's, until county or province says another from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fazhi.ledger import checkpoint, commit, proof, seal, verify
from fazhi.ledger import store as ledger
from fazhi.ledger.errors import UnknownAlgorithm
from fazhi.organs.parameters import set_parameter

from .build import World
from .exchange_build import Office, row


def algorithms(case: str) -> list[str]:
    return [entry.alg for entry in ledger.events(case)]


def say(scope: str, alg: str, since: date) -> None:
    set_parameter(scope, "digest", alg, type="text", valid_from=since, source="国密改造方案")


@pytest.fixture
def w(db: None) -> World:
    return World()


def test_a_case_under_way_goes_on_by_the_new_one(w: World, home: Any) -> None:
    case = w.filed(words="当事人陈述")
    say("339821", "sm3", date(2026, 3, 1))
    w.run("look", case=case, values={"words": "又一陈述"})
    assert algorithms(case) == ["sha256", "sm3"]
    assert verify.verify(*refolding()).ok
    seal.seal()
    assert verify.verify(held=[checkpoint.make()]).ok
    assert [e["alg"] for e in proof.export_case(case)["entries"]] == ["sha256", "sm3"]
    assert all(there for _, _, there in commit.of_case(case))


def test_the_county_goes_before_the_province(w: World) -> None:
    say("33", "sm3", date(2020, 1, 1))
    assert algorithms(w.filed()) == ["sm3"]
    say("339821", "sha256", date(2020, 1, 1))
    assert algorithms(w.filed()) == ["sha256"]


def test_from_its_day_on_and_not_before(w: World) -> None:
    say("339821", "sm3", date(2030, 1, 1))
    assert algorithms(w.filed()) == ["sha256"]


def test_an_installation_of_sm3(w: World, settings: Any) -> None:
    settings.FAZHI_DIGEST = "sm3"
    assert algorithms(w.filed()) == ["sm3"]


def test_a_name_that_means_nothing_stops_the_work_and_says_so(w: World) -> None:
    say("339821", "md5", date(2020, 1, 1))
    with pytest.raises(UnknownAlgorithm, match="md5"):
        w.filed()


def test_imports_are_hashed_as_everything_else_is(db: None, home: Any) -> None:
    o = Office()
    rows = row(事实="甲", 调查日期="2024-03-05")
    o.loaded(rows)
    say("339821", "sm3", date(2026, 1, 1))
    assert o.loaded(rows).same == 1  # the words agree with their commitment by the algorithm of then
    o.loaded(row(事实="乙", 调查日期="2024-03-05", 结案日期="2024-06-01"))
    assert set(algorithms(o.case("A1").id)) == {"sha256", "sm3"}
    assert verify.verify(*refolding()).ok


def refolding() -> tuple[Any, Any]:
    from fazhi.cases import refold

    return refold.refold, refold.heads
