"""程序库: every shipped definition reads as prose, with its articles, versions and the file itself."""

from __future__ import annotations

import pytest
from tests.web.cases_build import Web, words

from fazhi.procedures import sentences, shipped
from fazhi.procedures.course import detours, main_line
from fazhi.procedures.offers import all_needs


@pytest.fixture
def w(db: None) -> Web:
    return Web()


def test_the_library_lists_every_procedure(w: Web) -> None:
    text = words(w.client(w.handler).get("/procedures/"))
    for name in ("行政处罚", "行政复议", "政府信息公开申请", "督办单"):
        assert name in text


@pytest.mark.parametrize("name", [n for n in shipped().names() if n not in ("small", "wide")])
def test_a_definition_reads_as_prose(w: Web, name: str) -> None:
    answer = w.client(w.handler).get(f"/procedures/{name}/")
    text = words(answer)
    d = shipped().latest(name)
    assert d is not None
    assert answer.status_code == 200
    assert d.title in text
    for action in d.actions.values():
        assert action.title in text
    for clock in d.clocks.values():
        assert clock.title in text
    assert "{" not in text.replace("{{", "")  # no code on the page


def test_an_earlier_version_has_its_own_page(w: Web) -> None:
    versions = shipped().versions("reconsideration")
    assert len(versions) >= 2
    client = w.client(w.handler)
    old = words(client.get(f"/procedures/reconsideration/?from={versions[0].from_}"))
    assert versions[0].hash[:12] in old
    assert "视为受理" not in old.split("版本")[0]


def test_the_file_itself_can_be_read(w: Web) -> None:
    answer = w.client(w.handler).get("/procedures/penalty/yaml/")
    assert answer["Content-Type"].startswith("text/plain")
    assert "procedure" in answer.content.decode()


def test_a_procedure_that_is_not_there_is_not_found(w: Web) -> None:
    assert w.client(w.handler).get("/procedures/nothing/").status_code == 404


def test_requirements_are_said_positively() -> None:
    d = shipped().latest("penalty")
    assert d is not None
    said = {n.otherwise: sentences.requirement(d, n) for n in all_needs(d)}
    assert said["尚未告知拟处罚内容、事实理由依据和权利"] == "已办理「告知拟处罚内容和权利」"
    assert said["违法行为超过追责期限"] == "在追责期限内发现"
    assert said["执法人员不得少于两人"] == "执法人员不得少于两人"  # a rule stays as it is
    assert said["尚未听取陈述申辩"].endswith("或者「陈述申辩期限」已经届满")


def test_every_requirement_of_every_definition_can_be_said() -> None:
    for d in shipped().all():
        for need in all_needs(d):
            words_ = sentences.requirement(d, need)
            assert words_
            assert "&&" not in words_
            assert "done(" not in words_


def test_the_main_line_leaves_out_detours() -> None:
    d = shipped().latest("penalty")
    assert d is not None
    assert main_line(d) == ("investigating", "examining", "notice", "execution", "closed")
    assert detours(d) == {"court", "paused", "transferred"}
