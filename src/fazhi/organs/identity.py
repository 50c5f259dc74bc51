"""Identity numbers: 统一社会信用代码 (GB 32100), 公民身份号码 (GB 11643), and how they are shown masked. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from stdnum.cn import uscc as gb32100

from .errors import BadIdentity

_USCC = "GB 32100—2015《法人和其他组织统一社会信用代码编码规则》"
_ID = "GB 11643—1999《公民身份号码》"
_CHECK_PAPER = "请对照证照逐位核对后重新填写"

# GB 32100 leaves these letters out because they are misread; what was probably meant stands beside each.
_MISREAD = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
# The first character names the registering authority. python-stdnum takes digits only; letters are in use too
# (N: village collectives registered by agriculture, A: the army, Y: others), so it is checked here.
_AUTHORITIES = frozenset("123456789ANY")
# GB/T 2260's provinces; 83 stands on residence permits of people from Taiwan.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643: 2^(18-i) mod 11
_CHECKS = "10X98765432"


def tidy(text: str) -> str:
    """Full width to half width, no blanks or hyphens, capital letters."""
    return re.sub(r"[\s\-‐–—]", "", unicodedata.normalize("NFKC", text)).upper()


def uscc(text: str) -> str:
    """The code in its plain form, or BadIdentity with what is wrong."""
    code = tidy(text)
    if len(code) != 18:
        raise _bad(f"统一社会信用代码应为18位，现为{len(code)}位", _USCC)
    for letter in code:
        if letter in _MISREAD:
            raise _bad(f"统一社会信用代码不使用字母“{letter}”，可能是“{_MISREAD[letter]}”的误写", _USCC)
        if not (letter.isascii() and letter.isalnum()):
            raise _bad(f"统一社会信用代码只用数字和大写字母，不能有“{letter}”", _USCC)
    if code[0] not in _AUTHORITIES:
        raise _bad(f"统一社会信用代码第1位“{code[0]}”不是登记管理部门代码", _USCC)
    if not code[2:8].isdigit():
        raise _bad("统一社会信用代码第3至8位应为登记管理机关的行政区划代码（6位数字）", _USCC)
    expected = gb32100.calc_check_digit(code[:17])
    if code[17] != expected:
        raise _bad(
            f"统一社会信用代码校验不符：按前17位计算，末位应为“{expected}”，现为“{code[17]}”，"
            "其中可能有一位抄错",
            _USCC,
        )
    return code


def id_check_digit(first17: str) -> str:
    """GB 11643: ISO 7064 MOD 11-2 over the first 17 digits."""
    return _CHECKS[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def id_card(text: str, today: date) -> str:
    """An 18-digit citizen's number in its plain form, or BadIdentity. Messages never repeat the whole number."""
    number = tidy(text)
    if len(number) == 15 and number.isascii() and number.isdigit():
        raise BadIdentity("15位旧身份证号码已停止使用", law=_ID, next="请填写18位公民身份号码")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise _bad(f"公民身份号码应为18位，前17位为数字，末位为数字或者X；现为{len(number)}位", _ID)
    if number[:2] not in _PROVINCES:
        raise _bad(f"公民身份号码前两位“{number[:2]}”不是省级行政区划代码", _ID)
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if not 1 <= month <= 12:
        raise _bad(f"公民身份号码中的出生月份为“{number[10:12]}”，没有这个月", _ID)
    try:
        born = date(year, month, day)
    except ValueError:
        raise _bad(f"公民身份号码中的出生日期{year}年{month}月{day}日不存在", _ID) from None
    if year < 1880 or born > today:
        raise _bad(f"公民身份号码中的出生日期{year}年{month}月{day}日早于1880年或者晚于今天", _ID)
    if number[17] != (expected := id_check_digit(number[:17])):
        raise _bad(
            f"公民身份号码校验不符：按前17位计算，末位应为“{expected}”，现为“{number[17]}”，"
            "其中可能有一位抄错",
            _ID,
        )
    return number


def document_number(text: str) -> str:
    """A passport's or permit's number: issuers differ, so only length and characters are checked."""
    number = tidy(text)
    if not re.fullmatch(r"[A-Z0-9]{5,20}", number):
        raise BadIdentity("证件号码应为5至20位字母和数字", next=_CHECK_PAPER)
    return number


def mask_identity(number: str) -> str:
    """3398**********1234: the first four and the last four characters; short numbers keep the last two."""
    if len(number) >= 12:
        return number[:4] + "*" * (len(number) - 8) + number[-4:]
    return "*" * (len(number) - 2) + number[-2:] if len(number) > 4 else "*" * len(number)


def mask_name(name: str) -> str:
    """张* or 张**: the first character and a star for each further one, three at most."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3)


def mask_phone(number: str) -> str:
    """138****1234."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) >= 10 else "*" * len(number)


def _bad(message: str, law: str) -> BadIdentity:
    return BadIdentity(message, law=law, next=_CHECK_PAPER)
