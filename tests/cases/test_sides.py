"""Who may put whom on a side of a case, and who finds a case in his list by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fazhi.cases import definitions, search, service
from fazhi.cases.errors import Refused
from fazhi.organs.lines import Line
from fazhi.procedures import Command, Definition, load

from .build import DAY, World, moment

SIDES = """
procedure: sided
title: 参与方
short: 参与
statute: 行政处罚法
in_force: {from: 2021-07-15, running: keep}
sides:
  agency: {title: 机关, is: organ, roles: [handler]}
  court: {title: 人民法院, is: body, sees: nothing}
fields: {subject: {title: 事项, type: text, find: true}}
phases: {open: 办理, closed: 结案}
ends: [closed]
actions:
  file: {title: 立案, by: agency.handler, opens: open, asks: [subject, "court?"], law: 第五十四条}
  close: {title: 结案, by: agency.handler, from: [open], to: closed, law: 第五十四条}
"""


def definition() -> Definition:
    d = load(SIDES.encode(), "sided.yaml")
    if definitions.library().get("sided", DAY) is None:
        definitions.library().add(d)
    return d


@pytest.fixture
def w(db: None) -> World:
    definition()
    return World()


def test_whoever_opens_a_case_puts_no_other_organ_in_his_own_place(w: World) -> None:
    command = Command(
        "act", action="file", on=DAY, values={"subject": "某事"}, sides={"agency": [w.second.id]}
    )
    with pytest.raises(Refused) as refused:
        service.run(command, w.handler, procedure="sided", now=moment(DAY))
    assert "您当前的岗位不能办理" in refused.value.message
    line = Line(w.second.id, w.second.name, w.second.path, "", "测试")
    deputy = replace(w.handler, acts_for=frozenset({w.second.id}), lines=(line,))  # 代为办理
    done = service.run(command, deputy, procedure="sided", now=moment(DAY))
    assert done.events[0]["sides"]["agency"] == [w.second.id]


def test_a_side_that_sees_nothing_finds_the_case_in_no_list(w: World) -> None:
    command = Command("act", action="file", on=DAY, values={"subject": "某事", "court": [w.second.id]})
    service.run(command, w.handler, procedure="sided", now=moment(DAY))
    assert search.find(w.handler, search.Filters(procedure="sided"), DAY).total == 1
    assert search.find(w.stranger, search.Filters(procedure="sided"), DAY).total == 0
