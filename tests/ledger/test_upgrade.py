"""Events of every released schema number stay verifiable and readable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from fazhi.ledger import chain, store, upgrade, verify
from fazhi.ledger.errors import UnknownSchema

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "events"
RELEASED = range(1, upgrade.CURRENT + 1)


def stored(number: int) -> dict[str, Any]:
    return json.loads((FOLDER / f"schema-{number}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_every_released_number_has_a_fixture() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"schema-{number}.json" for number in RELEASED}


@pytest.mark.parametrize("number", RELEASED)
def test_stored_events_are_still_what_was_hashed(number: int) -> None:
    prev = ""
    for seq, entry in enumerate(stored(number)["entries"], 1):
        body = json.loads(entry["body"])
        assert chain.digest(entry["body"].encode(), entry["alg"]).hex() == entry["hash"]
        assert (body["schema"], body["seq"], body["prev"]) == (number, seq, prev)
        prev = entry["hash"]


@pytest.mark.parametrize("number", RELEASED)
def test_stored_events_are_written_as_we_write_today(number: int) -> None:
    for entry in stored(number)["entries"]:
        assert chain.canonical(json.loads(entry["body"])).decode() == entry["body"]


@pytest.mark.parametrize("number", RELEASED)
def test_stored_events_come_up_to_the_present_shape(number: int) -> None:
    for entry in stored(number)["entries"]:
        assert upgrade.upgrade(json.loads(entry["body"]))["schema"] == upgrade.CURRENT


@pytest.mark.parametrize("number", RELEASED)
@pytest.mark.usefixtures("sqlite_db", "home")
def test_a_ledger_of_them_verifies_and_folds(number: int) -> None:
    fixture = stored(number)
    folded = []
    with transaction.atomic(), connection.cursor() as cursor:
        for seq, entry in enumerate(fixture["entries"], 1):
            store.append(
                cursor,
                case=fixture["case"],
                seq=seq,
                county=json.loads(entry["body"])["county"],
                alg=entry["alg"],
                hash=bytes.fromhex(entry["hash"]),
                body=entry["body"].encode(),
            )

    def refold(case: str, bodies: list[dict[str, Any]]) -> str | None:
        folded.extend(bodies)
        return None

    assert verify.verify(refold).ok
    assert {body["schema"] for body in folded} == {upgrade.CURRENT}


def test_upgrades_run_one_number_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "CURRENT", 3)
    monkeypatch.setattr(
        upgrade,
        "UPGRADES",
        {
            1: lambda b: b | {"schema": 2, "trail": ["1-2"]},
            2: lambda b: b | {"schema": 3, "trail": [*b["trail"], "2-3"]},
        },
    )
    assert upgrade.upgrade({"schema": 1})["trail"] == ["1-2", "2-3"]
    assert upgrade.upgrade({"schema": 3}) == {"schema": 3}


def test_an_upgrade_that_stands_still_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "CURRENT", 2)
    monkeypatch.setattr(upgrade, "UPGRADES", {1: lambda b: b})
    with pytest.raises(UnknownSchema, match="没有得到第2版"):
        upgrade.upgrade({"schema": 1})


@pytest.mark.parametrize("number", [0, 99, None, "1", True, -1])
def test_an_unknown_number_is_refused(number: object) -> None:
    with pytest.raises(UnknownSchema, match="不认识"):
        upgrade.upgrade({"schema": number})
