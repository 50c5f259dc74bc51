"""One record per legal identity; personal words sealed, shown masked, erasable."""

from __future__ import annotations

import json
from datetime import date

import pytest

from fazhi.organs import parties, secrecy
from fazhi.organs.demo import make_id_number, make_uscc
from fazhi.organs.errors import Invalid
from fazhi.organs.models import Party, PartyRevision

from .conftest import NOW, TODAY, fields

pytestmark = pytest.mark.django_db
NUMBER = make_id_number(1)
CODE = make_uscc("91", 1)


def citizen(name="张三", number=NUMBER, **words):
    return parties.record_party("citizen", name, identity_kind="id_card", number=number, today=TODAY, **words)


def enterprise(name="安澜县海风水产有限公司", number=CODE, **words):
    return parties.record_party("enterprise", name, identity_kind="uscc", number=number, today=TODAY, **words)


def test_one_legal_identity_has_one_record_in_whatever_spelling():
    first = citizen()
    again = citizen(number=f" {NUMBER[:6]} {NUMBER[6:].lower()}")
    assert (first.new, again.new) == (True, False)
    assert first.party == again.party
    assert Party.objects.count() == 1


def test_nothing_personal_of_a_citizen_stands_open_in_the_table():
    party = citizen(details={"address": "安澜县演示里1号", "phone": "13812345678"}).party
    party.refresh_from_db()
    stored = " ".join(str(bytes(v) if isinstance(v, bytes | memoryview) else v) for v in vars(party).values())
    for word in ("张三", NUMBER, NUMBER[6:14], "演示里", "13812345678"):
        assert word not in stored
    assert (party.shown_name, party.identity_shown) == ("张*", NUMBER[:4] + "*" * 10 + NUMBER[-4:])
    said = parties.words(party)
    assert (said.name, said.identity, said.details["phone"]) == ("张三", NUMBER, "13812345678")


def test_an_organisation_is_public_but_its_people_are_sealed():
    party = enterprise(details={"representative": "李四"}).party
    assert (party.shown_name, party.identity_shown) == ("安澜县海风水产有限公司", CODE)
    assert "李四".encode() not in bytes(party.details_sealed)
    snapshot = parties.snapshot(party)
    assert snapshot.plain == {"id": party.id, "kind": "enterprise", "name": party.shown_name, "uscc": CODE}
    assert snapshot.personal == {"representative": "李四"}


def test_a_citizens_snapshot_puts_nothing_but_the_kind_in_the_open():
    party = citizen().party
    snapshot = parties.snapshot(party)
    assert snapshot.plain == {"id": party.id, "kind": "citizen"}
    assert snapshot.personal == {"name": "张三", "identity": NUMBER}


def test_a_known_number_under_another_name_is_refused_without_telling_the_name():
    citizen()
    with pytest.raises(Invalid, match="已登记为“张\\*”") as refusal:
        citizen(name="李四")
    assert "张三" not in refusal.value.message


@pytest.mark.parametrize(
    ("kind", "identity_kind", "number", "field"),
    [
        ("citizen", "id_card", NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"), "number"),
        ("citizen", "uscc", CODE, "identity_kind"),
        ("enterprise", "id_card", NUMBER, "identity_kind"),
        ("enterprise", "uscc", "", "number"),
        ("citizen", "passport", "E1", "number"),
        ("citizen", "none", "123", "number"),
        ("company", "uscc", CODE, "kind"),
    ],
)
def test_wrong_entries_are_refused_by_field(kind, identity_kind, number, field):
    with pytest.raises(Invalid) as refusal:
        parties.record_party(kind, "某某", identity_kind=identity_kind, number=number, today=TODAY)
    assert fields(refusal) == {field}
    assert Party.objects.count() == 0


def test_who_has_no_number_is_recorded_each_time_anew():
    for _ in range(2):
        parties.record_party("citizen", "身份不明者", identity_kind="none", today=TODAY)
    assert Party.objects.filter(identity_digest=None).count() == 2


def test_search_finds_organisations_by_part_and_citizens_only_whole():
    one, two = citizen().party, enterprise().party
    assert parties.search("海风") == (two,)
    assert parties.search(CODE.lower()) == (two,)
    assert parties.search("张三") == (one,)
    assert parties.search(NUMBER) == (one,)
    assert parties.search("张") == ()
    assert parties.search(NUMBER[:10]) == ()
    assert parties.search(" ") == ()


def test_a_change_keeps_what_the_record_said_before():
    party = enterprise().party
    changed = parties.edit_party(party, today=TODAY, name="安澜县海风集团有限公司", reason="工商变更登记")
    assert parties.words(changed).name == "安澜县海风集团有限公司"
    row = PartyRevision.objects.get()
    kept = json.loads(secrecy.unseal(row.before_sealed, f"party-revision:{row.pk}"))
    assert kept["name"] == "安澜县海风水产有限公司"
    assert enterprise(name="安澜县海风集团有限公司").new is False


def test_a_number_cannot_be_changed_to_one_that_is_anothers():
    citizen()
    other = citizen(name="李四", number=make_id_number(2)).party
    with pytest.raises(Invalid, match="已登记为“张"):
        parties.edit_party(other, today=TODAY, number=NUMBER, reason="更正")


def test_erasure_leaves_the_record_without_its_words():
    party = citizen(details={"address": "演示里"}).party
    parties.edit_party(party, today=TODAY, details={"address": "演示里2号"}, reason="搬迁")
    parties.erase_party(party, now=NOW, reason="保存期限届满")
    party.refresh_from_db()
    said = parties.words(party)
    assert said.erased
    assert said.name == said.identity == parties.ERASED
    assert parties.snapshot(party).plain["id"] == party.id
    assert parties.search("张三") == parties.search(NUMBER) == ()
    assert PartyRevision.objects.get().before_sealed is None
    assert citizen().new is True, "the number is free for a new record"
    with pytest.raises(Invalid, match="不能再编辑"):
        parties.edit_party(party, today=TODAY, name="x", reason="x")


def test_an_organisations_public_entry_is_not_erased():
    with pytest.raises(Invalid, match="只有自然人"):
        parties.erase_party(enterprise().party, now=NOW, reason="x")


def test_a_date_of_birth_in_the_future_is_judged_by_the_day_given():
    with pytest.raises(Invalid, match="晚于今天"):
        parties.record_party(
            "citizen", "张三", identity_kind="id_card", number=NUMBER, today=date(1979, 1, 1)
        )


def test_two_clerks_who_record_one_person_at_one_moment_get_one_record(monkeypatch):
    first = citizen().party
    found = iter([None, first])  # the second clerk looks just before the first has written
    monkeypatch.setattr(parties, "find_party", lambda *_: next(found))
    again = citizen()
    assert (again.party, again.new) == (first, False)
