"""The demonstration county: complete, formally valid, invented, and kept out of every real database."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from fazhi.organs import accounts, codes, identity, parameters, parties, succession, tree
from fazhi.organs.actor import actor_for, choices
from fazhi.organs.demo import CODE, PASSWORD, load_demo_organs
from fazhi.organs.lines import check_supervision
from fazhi.organs.models import Organ, Party, Person, Post
from fazhi.organs.regions import check_county
from fazhi.organs.resolve import Directory, resolve_organ

from .conftest import NOW, TODAY

DEFINITIONS = Path(__file__).resolve().parents[2] / "src" / "fazhi" / "procedures" / "definitions"
SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
ELSEWHERE = "市生态环境局嵊泗分局"  # the real county's own name stands in it


def test_a_second_load_changes_nothing(demo):
    before = (Organ.objects.count(), Person.objects.count(), Post.objects.count(), Party.objects.count())
    again = load_demo_organs(NOW)
    assert (
        Organ.objects.count(),
        Person.objects.count(),
        Post.objects.count(),
        Party.objects.count(),
    ) == before
    assert again.organs.keys() == demo.organs.keys()
    assert again.posts.keys() == demo.posts.keys()


def test_every_code_and_number_is_formally_valid_and_of_the_invented_county(demo):
    assert check_county(CODE) == CODE
    coded = [o.uscc for o in demo.organs.values() if o.uscc]
    assert len(coded) > 45
    for code in coded:
        assert identity.uscc(code)[2:8] == CODE
    assert len(set(coded)) == len(coded)
    for party in demo.parties:
        number = parties.words(party).identity
        natural = party.kind == "citizen"
        assert (identity.id_card(number, TODAY)[:6] if natural else identity.uscc(number)[2:8]) == CODE


def test_there_are_enough_parties_of_both_sorts(demo):
    citizens = [p for p in demo.parties if p.kind == "citizen"]
    assert len(citizens) == 20
    assert len(demo.parties) - len(citizens) >= 30
    assert all("*" in p.shown_name for p in citizens)


def test_every_role_of_the_cycle_has_someone(demo):
    held = {(p.organ.code, p.role) for p in demo.posts.values()}
    assert {
        ("scj", "handler"), ("scj", "legal_reviewer"), ("scj", "head"),
        ("zfj", "handler"), ("zfj", "legal_reviewer"), ("zfj", "head"),
        ("sfj", "clerk"), ("sfj", "handler"), ("sfj", "office_head"), ("sfj", "supervisor"), ("sfj", "head"),
        ("fb", "handler"), ("fb", "office_head"), ("xzf", "head"), ("csz", "clerk"),
        ("cstw", "mediator"), ("dsj", "admin"), ("cswg1", "worker"), ("zlzx", "dispatcher"),
    } <= held  # fmt: skip
    officers = [p for p in demo.posts.values() if p.role == "handler" and p.organ.code in ("scj", "zfj")]
    assert len(officers) == 4


def test_everyone_signs_in_with_the_one_password_and_has_a_post(demo):
    for username in demo.people:
        person = accounts.sign_in(username, PASSWORD, now=NOW)
        assert not person.must_change_password
        assert choices(person, TODAY)
    assert {a.username for a in demo.accounts()} == set(demo.people)


def test_the_bureau_of_justice_acts_for_the_county_and_supervises_its_departments(demo):
    post = demo.posts["fuyi1", "handler"]
    actor = actor_for(demo.people["fuyi1"], post, TODAY)
    assert actor.acts_for == {demo.organs["xzf"].id}
    source = {line.matter: line.source for line in actor.lines}["行政复议"]
    assert "2023年修订" in source
    old = actor_for(demo.people["fuyi1"], post, date(2022, 1, 1)).lines
    assert ["2017年修正" in line.source for line in old if line.matter == "行政复议"] == [True]
    for target in ("scj", "zfj", "csz", "hjj"):
        assert check_supervision(demo.organs["sfj"], demo.organs[target], TODAY, "行政执法监督")


def test_the_reform_of_2019_is_remembered(demo):
    eve, day = date(2019, 2, 28), date(2019, 3, 1)
    former = resolve_organ(demo.county, "县工商局", eve).organ
    assert succession.successors(former, day) == (demo.organs["scj"],)
    assert {o.code for o in succession.predecessors(demo.organs["scj"])} == {"gsj", "zjjd", "syj"}
    assert resolve_organ(demo.county, "县城管执法局", date(2020, 6, 1)).organ.code == "zfj"
    assert resolve_organ(demo.county, "县综合行政执法局", TODAY).organ.code == "zfj"
    assert tree.name_on(demo.organs["zfj"], date(2020, 12, 31)) == "安澜县城市管理行政执法局"


def test_parameters_are_there_and_say_that_they_are_samples(demo):
    names = ["large_fine", "large_fine_org", "respond_days", "hours", "report_months", "sign_days"]
    found = parameters.values_on(demo.county, names, TODAY)
    assert set(found) == set(names)
    assert not any(value.verified for value in found.values())
    assert all(value.source.startswith("示例参数，须以本") for value in found.values())


def test_every_parameter_and_code_list_of_a_definition_is_set(demo):
    for name, definition in definitions().items():
        asked = list(definition.get("parameters") or {})
        missing = set(asked) - set(parameters.values_on(demo.county, asked, TODAY))
        assert not missing, f"{name} needs parameters that the demonstration does not set: {missing}"
        for listed in set(re.findall(r"codes: (\w+)", (DEFINITIONS / name).read_text(encoding="utf-8"))):
            assert codes.rows_on(demo.county, listed, TODAY), f"{name} needs the code list {listed}"


def test_the_penalty_definition_names_only_kinds_that_are_in_the_list(demo):
    text = (DEFINITIONS / "enforcement" / "penalty.yaml").read_text(encoding="utf-8")
    named = set(re.findall(r"'(\w+)' in measures", text))
    for several in re.findall(r"measures\.exists\(m, m in \[([^]]*)]", text):
        named |= set(re.findall(r"'(\w+)'", several))
    assert named
    assert named <= {k.code for k in codes.rows_on(demo.county, "penalty_kinds", TODAY)}


def test_code_lists_are_there_and_penalty_kinds_follow_the_law(demo):
    kinds = codes.rows_on(demo.county, "penalty_kinds", TODAY)
    # 行政处罚法 第九条, in its order.
    assert [(k.title, k.columns["item"]) for k in kinds] == [
        ("警告", "第一项"), ("通报批评", "第一项"),
        ("罚款", "第二项"), ("没收违法所得", "第二项"), ("没收非法财物", "第二项"),
        ("暂扣许可证件", "第三项"), ("降低资质等级", "第三项"), ("吊销许可证件", "第三项"),
        ("限制开展生产经营活动", "第四项"), ("责令停产停业", "第四项"), ("责令关闭", "第四项"), ("限制从业", "第四项"),
        ("行政拘留", "第五项"), ("法律、行政法规规定的其他行政处罚", "第六项"),
    ]  # fmt: skip
    # 第六十三条: these bring the right to a hearing whatever the amount.
    assert {k.title for k in kinds if k.columns["hearing"]} == {
        "降低资质等级", "吊销许可证件", "责令停产停业", "责令关闭", "限制从业",
    }  # fmt: skip
    for name, least in {
        "penalty_causes": 15, "disclosure_grounds": 8, "service_ways": 7, "enforcement_areas": 10,
        "grid_kinds": 8, "dispute_kinds": 15, "inspection_items": 5,
    }.items():  # fmt: skip
        assert len(codes.rows_on(demo.county, name, TODAY)) >= least
    for row in codes.rows_on(demo.county, "grid_kinds", TODAY):
        assert row.columns["organ"] in demo.organs


def definitions() -> dict[str, dict]:
    """The shipped definitions by file name; fragments and companion files left out."""
    found = {}
    for path in sorted(DEFINITIONS.glob("*/*.yaml")):
        if path.parent.name != "fragments" and path.name.count(".") == 1:
            found[str(path.relative_to(DEFINITIONS))] = YAML(typ="safe").load(
                path.read_text(encoding="utf-8")
            )
    assert found
    return found


def organs_named_in(text: str) -> set[str]:
    """The names in the brackets that end the tasks of the plan."""
    found: set[str] = set()
    for bracket in re.findall(
        r"（([^（）]*(?:局|办|院|乡镇|人民政府|单位|落实)[^（）]*)）\s*$", text, re.MULTILINE
    ):
        lists = re.sub(r"。列第一位的为牵头单位，下同。|按职责落实", "", bracket)
        found |= {name for name in re.split(r"[、，]", lists) if name}
    return found


def test_every_organ_of_the_counties_plan_is_known_by_the_name_used_there(demo):
    files = sorted((SHARED / "corpus" / "dev").glob("004*.txt"))
    if not files:
        pytest.skip("the development corpus (shared/corpus/dev/004*.txt) is not beside this checkout")
    text = files[0].read_text(encoding="utf-8")
    text = text.translate(str.maketrans({"(": "（", ")": "）", ",": "，"}))
    used = organs_named_in(text)
    assert len(used) == 35, sorted(used)
    directory = Directory(demo.county)
    read = {name: directory.resolve(name, TODAY) for name in used}
    status = {name: found.status for name, found in read.items()}
    assert {n for n, s in status.items() if s == "collective"} == {
        "各乡镇",
        "各乡镇人民政府",
        "县属各有关单位",
    }
    assert {n for n, s in status.items() if s not in ("matched", "collective")} == {ELSEWHERE}
    # It names another county, so it is offered and not assumed.
    assert read[ELSEWHERE].offers[0].organ == demo.organs["hjj"]
    assert read["县府办"].organ == read["县政府办"].organ == demo.organs["fb"]
    assert {o.kind for o in read["各乡镇人民政府"].organs} == {"township"}
    assert len(read["各乡镇"].organs) == 7
    assert demo.organs["gsj"] not in read["县属各有关单位"].organs, "what has ended is not meant"


def test_every_leading_organ_of_the_plan_can_work_on_its_tasks_and_sign_them_off(demo):
    held = {(p.organ.code, p.role) for p in demo.posts.values()}
    for lead in ("sfj", "fb", "yfb", "fgj", "bb", "zfj", "dsj", "yjj", "zwb"):
        assert (lead, "head") in held
        assert held & {(lead, "clerk"), (lead, "handler")}
