"""One way of writing a body, and its hash."""

from __future__ import annotations

import datetime
import enum
import hashlib
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazhi.ledger import chain
from fazhi.ledger.errors import NotCanonical, UnknownAlgorithm

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


class Colour(enum.Enum):
    RED = "red"


def test_keys_are_sorted_and_nothing_is_escaped_without_need() -> None:
    assert chain.canonical({"乙": 1, "a": [True, None, "处罚\n"], "B": -3}) == (
        '{"B":-3,"a":[true,null,"处罚\\n"],"乙":1}'.encode()
    )


@given(plain)
def test_reads_back_as_it_was(value: Any) -> None:
    assert json.loads(chain.canonical(value)) == value


@given(plain)
def test_python_s_own_json_writes_the_same(value: Any) -> None:
    # scripts/verify_case.py has no orjson and leans on this.
    assert (
        chain.canonical(value)
        == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    )


@given(st.dictionaries(st.text(), st.integers(0, 9), max_size=6))
def test_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert chain.canonical(dict(reversed(value.items()))) == chain.canonical(value)


@pytest.mark.parametrize(
    "bad",
    [
        1.5,
        float("nan"),
        (1, 2),
        {1, 2},
        b"bytes",
        datetime.date(2026, 3, 5),
        datetime.datetime(2026, 3, 5, tzinfo=datetime.UTC),
        uuid.UUID(int=1),
        Colour.RED,
        2**53,
        -(2**53),
        2**70,
        "\ud800",
        {1: "key"},
        type("Text", (str,), {})("subclass"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: [x], lambda x: {"a": {"b": [x]}}])
def test_what_has_more_than_one_spelling_is_refused(bad: Any, wrap: Any) -> None:
    with pytest.raises(NotCanonical):
        chain.canonical(wrap(bad))


def test_the_refusal_names_the_place() -> None:
    with pytest.raises(NotCanonical, match=r"“values\.fines\[1\]”（float）"):
        chain.canonical({"values": {"fines": [100, 200.5]}})


def test_a_body_without_end_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["self"] = endless
    with pytest.raises(NotCanonical, match="嵌套过深"):
        chain.canonical(endless)


def test_the_hash_is_of_the_bytes() -> None:
    data, hash = chain.link({"b": 1, "a": "甲"})
    assert data == '{"a":"甲","b":1}'.encode()
    assert hash == hashlib.sha256(data).digest()


def test_sm3_by_the_standard_s_example() -> None:
    # GB/T 32905-2016, appendix A.1
    assert chain.digest(b"abc", "sm3").hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(UnknownAlgorithm, match="md5"):
        chain.digest(b"", "md5")
