"""Identity numbers: what is valid, and what a clerk reads when one is not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from fazhi.organs import identity
from fazhi.organs.demo import make_id_number, make_uscc
from fazhi.organs.errors import BadIdentity

TODAY = date(2026, 11, 21)


def id_number(region="339821", born="19900101", order="001") -> str:
    first = region + born + order
    return first + identity.id_check_digit(first)


def test_the_standards_own_example_is_accepted():
    # GB 11643—1999, annex: 110105194912310 02 X
    assert identity.id_card("11010519491231002X", TODAY) == "11010519491231002X"


def test_a_small_x_and_full_width_digits_are_read():
    assert identity.id_card(" １１０１０５ 19491231 002x ", TODAY) == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("110105194912310021", "末位应为“X”，现为“1”"),
        ("110105491231002", "15位旧身份证号码已停止使用"),
        ("11010519491231002", "现为17位"),
        ("1101051949123100AX", "前17位为数字"),
        (id_number(region="991234"), "前两位“99”不是省级行政区划代码"),
        (id_number(born="19901301"), "出生月份为“13”"),
        (id_number(born="19900230"), "1990年2月30日不存在"),
        (id_number(born="20230229"), "2023年2月29日不存在"),
        (id_number(born="20261122"), "晚于今天"),
        (id_number(born="18000101"), "早于1880年"),
    ],
)
def test_an_impossible_citizen_number_is_refused_with_the_reason(number, says):
    with pytest.raises(BadIdentity) as refusal:
        identity.id_card(number, TODAY)
    assert says in refusal.value.message
    assert "GB 11643" in refusal.value.law
    assert number not in refusal.value.message, "a message must not repeat the number"


def test_a_leap_day_that_exists_is_accepted():
    assert identity.id_card(id_number(born="20240229"), TODAY)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 16), st.integers(1, 9))
def test_one_misread_digit_never_passes(place, shift):
    good = id_number()
    bad = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    with pytest.raises(BadIdentity):
        identity.id_card(bad, TODAY)


def test_a_published_code_of_an_organisation_is_accepted():
    # python-stdnum's own example, and a code printed on a county's public notice.
    assert identity.uscc("9 1 110000 600037341L") == "91110000600037341L"
    assert identity.uscc("11330922090963010m") == "11330922090963010M"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("91110000600037341M", "末位应为“L”，现为“M”"),
        ("9111000060003734", "现为16位"),
        ("9111000O600037341L", "不使用字母“O”，可能是“0”的误写"),
        ("91110000I00037341L", "不使用字母“I”"),
        ("B1110000600037341L", "不是登记管理部门代码"),
        ("9111AB00600037341L", "行政区划代码"),
        ("91110000#00037341L", "不能有“#”"),
    ],
)
def test_a_wrong_organisation_code_is_refused_with_the_reason(code, says):
    with pytest.raises(BadIdentity) as refusal:
        identity.uscc(code)
    assert says in refusal.value.message
    assert "GB 32100" in refusal.value.law


def test_a_village_collective_under_letter_n_is_accepted():
    assert identity.uscc(make_uscc("N2", 7))


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 999_999), st.integers(0, 16))
def test_generated_codes_are_valid_and_a_misread_place_is_not(serial, place):
    code = make_uscc("91", serial)
    assert identity.uscc(code) == code
    other = "7" if code[place] != "7" else "4"
    with pytest.raises(BadIdentity):
        identity.uscc(code[:place] + other + code[place + 1 :])


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 9999))
def test_generated_citizen_numbers_are_valid(serial):
    assert identity.id_card(make_id_number(serial), TODAY)


@settings(deadline=None, max_examples=50)
@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_digit_agrees_with_python_stdnum(first):
    assert identity.id_check_digit(first) == ric.calc_check_digit(first + "0")


def test_masks_leave_what_is_needed_to_recognise_and_no_more():
    assert identity.mask_identity("339821199001010017") == "3398**********0017"
    assert identity.mask_identity("E12345678") == "*******78"
    assert identity.mask_name("张三") == "张*"
    assert identity.mask_name("欧阳修文") == "欧***"
    assert identity.mask_name("张") == "张*"
    assert identity.mask_phone("13812345678") == "138****5678"
