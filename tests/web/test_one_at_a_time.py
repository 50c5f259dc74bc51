"""A second export of the same person is refused at once with when to try again; others are not kept waiting by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.web.cases_build import Web, words

from fazhi.web.one_at_a_time import Busy, one


@pytest.fixture
def w(db: None, settings: Any, tmp_path: Path) -> Web:
    settings.FAZHI_HOME = tmp_path
    return Web()


def test_one_of_a_kind_for_each_person(settings: Any, tmp_path: Path) -> None:
    settings.FAZHI_HOME = tmp_path
    with one("a" * 32, "export", "导出"):
        with one("b" * 32, "export", "导出"), one("a" * 32, "check", "核校"):
            pass
        with pytest.raises(Busy), one("a" * 32, "export", "导出"):
            raise AssertionError("a second one has begun")
    with pytest.raises(ValueError), one("a" * 32, "export", "导出"):
        raise ValueError
    with one("a" * 32, "export", "导出"):
        pass


def test_a_second_export_is_told_to_wait_and_a_colleagues_goes_through(w: Web) -> None:
    w.filed()
    address, sent = "/exports/?procedure=small", {"kind": "csv"}
    client, colleague = w.client(w.handler), w.client(w.person("handler", w.bureau))
    with one(w.handler.person, "export", "导出"):
        told = client.post(address, sent)
        assert told.status_code == 429
        assert told["Retry-After"] == "10"
        assert "您有一个导出正在进行" in words(told)
        assert colleague.post(address, sent).status_code == 200
    assert client.post(address, sent).status_code == 200


@pytest.mark.parametrize(("address", "kind"), [("/check/", "check"), ("/layout/", "layout")])
def test_a_second_reading_is_told_to_wait(w: Web, address: str, kind: str) -> None:
    client = w.client(w.handler)
    with one(w.handler.person, kind, "核校"):
        assert client.post(address, {"text": "共 3 件。"}).status_code == 429
        assert client.get(address).status_code == 200
    assert client.post(address, {"text": "共 3 件。"}).status_code != 429
