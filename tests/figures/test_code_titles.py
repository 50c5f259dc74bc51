"""A figure split by a code shows the code's words, not its key."""

from __future__ import annotations

from datetime import date

import pytest

from fazhi.figures import places
from fazhi.organs.models import Code, CodeList, County


@pytest.mark.django_db
def test_a_code_is_called_as_the_county_calls_it_and_by_its_newest_title() -> None:
    causes = CodeList.objects.create(name="causes_of_a_test", title="案由", columns=[])
    for scope, title, since in (
        ("339821", "县里的叫法", date(2020, 1, 1)),
        ("", "旧叫法", date(2019, 1, 1)),
        ("", "新叫法", date(2024, 1, 1)),
        ("11", "外省的叫法", date(2025, 1, 1)),
    ):
        Code.objects.create(list=causes, scope=scope, code="a", title=title, valid_from=since)
    assert places.code_titles("causes_of_a_test", County(code="339821")) == {"a": "县里的叫法"}
    assert places.code_titles("causes_of_a_test", County(code="339822")) == {"a": "新叫法"}
