"""Pages ask the database as often for fifty cases as for five; the numbers stand in docs/benchmarks/queries.md."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.cases_build import Web

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "queries.md"


@pytest.fixture
def w(db: None) -> Web:
    return Web()


def asked(client: Any, address: str) -> int:
    """Statements of the second visit: what a process learns once (definitions, organs) it has learnt by then."""
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def fill(w: Web, n: int) -> str:
    """n cases of two organs, some late; and one case with n entries, rows and links."""
    today = timezone.localdate()
    case = w.wide_case_on(today - timedelta(days=100))
    for i in range(n):
        other = w.wide_case_on(
            today - timedelta(days=80 + i % 30), related=case, party=[w.party(f"某某{i}有限公司").id]
        )
        w.run_wide("look", case=other, on=today)
        w.run_wide("take", case=case, values={"name": f"物品{i}"}, on=today)
    return case


PAGES = {
    "工作台（承办人）": ("handler", "/"),
    "工作台（负责人，含超期案件）": ("mayor", "/"),
    "工作台·已办": ("handler", "/?tab=done"),
    "案件列表": ("handler", "/cases/?size=100"),
    "案件列表（一种程序）": ("handler", "/cases/?procedure=wide&size=100"),
    "案件主页": ("handler", "/cases/{case}/"),
    "案件主页·办理记录": ("handler", "/cases/{case}/?tab=history"),
    "案件主页·关联案件": ("handler", "/cases/{case}/?tab=links"),
    "执法监督": ("mayor", "/supervision/"),
}


def counts(w: Web, case: str) -> dict[str, int]:
    return {name: asked(w.client(getattr(w, who)), at.format(case=case)) for name, (who, at) in PAGES.items()}


def test_as_many_statements_for_fifty_cases_as_for_five(w: Web) -> None:
    few = counts(w, fill(w, 5))
    many = counts(w, fill(w, 50))
    assert many == few
    written = {
        name: int(n)
        for name, n in re.findall(r"^\| ([^|]+?) \| `[^`]+` \| (\d+) \|$", PAGE.read_text("utf-8"), re.M)
    }
    assert written == many, "put these numbers into docs/benchmarks/queries.md, and say why where they rose"
