"""Numbers at the end: exact fractions, one rounding, half up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazhi.figures import catalogue, reckon
from fazhi.figures.model import Figure
from fazhi.procedures.library import shipped


def figure(id: str) -> Figure:
    return catalogue.of(shipped()).figures[id]


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 3, "33.33"), (2, 3, "66.67"), (1, 8, "12.50"), (1, 16, "6.25"), (1, 32, "3.13"), (3, 32, "9.38"),
        (1, 2000, "0.05"), (1, 20000, "0.01"), (1, 20001, "0.00"), (7, 7, "100.00"), (0, 5, "0.00"),
        (999999, 1000000, "100.00"), (99994, 100000, "99.99"),
    ],
)  # fmt: skip
def test_a_share_is_rounded_half_up_to_two_decimals(part: int, whole: int, shown: str) -> None:
    assert reckon.rounded(Fraction(part * 100, whole)) == shown


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [(Fraction(5, 1000), 2, "0.01"), (Fraction(-5, 1000), 2, "-0.01"), (Fraction(-4, 1000), 2, "0.00"),
     (Fraction(25, 2), 1, "12.5"), (Fraction(10**30 + 1, 2), 1, "500000000000000000000000000000.5")],
)  # fmt: skip
def test_rounding_is_away_from_nought_and_exact_at_any_size(value: Fraction, places: int, shown: str) -> None:
    assert reckon.rounded(value, places) == shown


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_rounding_is_never_off_by_more_than_half_of_the_last_place(value: Fraction) -> None:
    assert abs(Fraction(reckon.rounded(value)) - value) <= Fraction(1, 200)


def cells(*tallies: tuple[int, int, int, int, int]) -> reckon.Cells:
    return reckon.Cells({(b, "o"): reckon.Tally(n, a, pn, pa) for b, n, a, pn, pa in tallies})


def test_a_share_of_nothing_is_none_and_not_nought() -> None:
    found = reckon.result(figure("penalty.on_time"), cells(), 0, lambda key: True)
    assert (found.value, found.numerator, found.denominator, found.cases) == (None, 0, 0, 0)


def test_money_is_added_in_fen_and_shown_in_yuan() -> None:
    found = reckon.result(figure("penalty.money"), cells((0, 3, 123456, 0, 0)), 0, lambda key: True)
    assert (found.value, found.cases) == ("1234.56", 3)
    wide = reckon.result(figure("county.penalty_money"), cells((0, 3, 123456789, 0, 0)), 0, lambda key: True)
    assert wide.value == "123.46"


def test_a_stock_is_all_that_came_before_and_a_flow_only_its_span() -> None:
    some = cells((-1, 5, 0, 0, 0), (0, 2, 0, 0, 0), (1, -3, 0, 0, 0))
    stock, flow = figure("penalty.open"), figure("penalty.filed")
    assert [reckon.result(stock, some, b, lambda key: True).value for b in (-1, 0, 1)] == ["5", "7", "4"]
    assert [reckon.result(flow, some, b, lambda key: True).value for b in (-1, 0)] == ["5", "2"]


@pytest.mark.parametrize(
    ("values", "shown"),
    [({}, None), ({4: 1}, "4"), ({4: 1, 5: 1}, "4.5"), ({4: 1, 6: 1}, "5"), ({1: 2, 9: 1}, "1"), ({1: 1, 9: 2}, "9"),
     ({1: 2, 9: 2}, "5"), ({3: 0, 7: 1}, "7"), ({None: 5, 7: 1}, "7")],
)  # fmt: skip
def test_the_median_is_the_middle_or_the_mean_of_the_two_in_the_middle(
    values: dict[int | None, int], shown: str | None
) -> None:
    some = reckon.Cells({(0, "o"): reckon.Tally(9)}, {(0, "o"): values})
    assert reckon.result(figure("county.penalty_days"), some, 0, lambda key: True).value == shown


def test_someone_with_two_certificates_counts_once_and_not_after_both_have_ended() -> None:
    holders = figure("enforcement_certificate.holders")
    some = reckon.Cells(
        {}, {(-1, "a"): {"p1": 1, "p2": 1}, (0, "b"): {"p1": 1}, (1, "a"): {"p1": -1, "p2": -1}}
    )
    found = [reckon.result(holders, some, b, lambda key: True).value for b in (-1, 0, 1)]
    assert found == ["2", "2", "1"]
