"""What leans on the database behaves alike on SQLite and PostgreSQL: dates, paths, sealed bytes, JSON, locks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from fazhi.organs import accounts, codes, installation, parameters, parties, registry, tree
from fazhi.organs.actor import actor_for
from fazhi.organs.demo import PASSWORD, load_demo_organs
from fazhi.organs.errors import Invalid, SignInRefused
from fazhi.organs.models import Installation, Organ, Party

from .conftest import NOW, TODAY


@pytest.fixture(params=["sqlite_db", "pg_db"])
def county(request):
    request.getfixturevalue(request.param)
    installation.establish(demo=True)
    return load_demo_organs(NOW)


def test_the_demonstration_works_on_either(county):
    organs = county.organs
    # The tree: everything below moves along, and the old tree stays.
    registry.move_organ(organs["csz"], None, on=TODAY, source="演示", today=TODAY)
    village = Organ.objects.get(code="djc")
    assert village.path == f"/339821/{organs['csz'].id}/{village.id}/"
    yesterday = TODAY - timedelta(days=1)
    assert tree.paths_on(county.county, yesterday)[village.id].startswith(organs["xzf"].path)

    # Sealed bytes come back as they went in; a digest is unique.
    citizen = Party.objects.filter(kind="citizen").first()
    said = parties.words(citizen)
    assert "*" not in said.name
    assert parties.search(said.identity) == (citizen,)
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(
            kind="citizen", shown_name="x", identity_kind="id_card", identity_digest=citizen.identity_digest
        )

    # JSON columns, money, dated rows.
    assert codes.row_on(county.county, "grid_kinds", "noise", TODAY).columns["handle_hours"] == 48
    assert parameters.value_on(county.county, "large_fine", TODAY).value == 500_000
    assert parameters.value_on(county.county, "large_fine", date(2021, 7, 14)) is None

    # Accounts and posts.
    person = accounts.sign_in("fuyi1", PASSWORD, now=NOW)
    assert actor_for(person, county.posts["fuyi1", "handler"], TODAY).acts_for == {organs["xzf"].id}
    for _ in range(5):
        with pytest.raises(SignInRefused):
            accounts.sign_in("fuyi1", "wrong", now=NOW)
    with pytest.raises(SignInRefused, match="已锁定"):
        accounts.sign_in("fuyi1", PASSWORD, now=NOW)

    # A refusal writes nothing; the single row stays single.
    with pytest.raises(Invalid):
        registry.rename_organ(organs["sfj"], on=TODAY, name="县公安局", source="x", today=TODAY)
    assert Organ.objects.get(code="sfj").name == "安澜县司法局"
    with pytest.raises(IntegrityError), transaction.atomic():
        Installation.objects.create(id=2, demo=False)
