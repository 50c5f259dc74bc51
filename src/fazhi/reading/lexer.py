"""Finding the figures of a text: a scan for candidates, then one decision each by the characters around it.

What is no figure is left out: dates, ordinals, document and list numbers, codes, titles, and the numerals of names and
slogans (统一, 第一责任人, “721”工作法). Offsets are those of the text given; nothing is moved or stripped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal
from functools import lru_cache

from fazhi.reading.figure import Bound, Figure
from fazhi.reading.measure import unit_at
from fazhi.reading.numerals import chinese
from fazhi.reading.units import CHINESE

# One character for one. The full-width comma stays: it groups digits or parts clauses, which is decided at the digits.
_HALF = dict(zip("０１２３４５６７８９．％〇○\u00a0\u2009\u202f", "0123456789.%零零   ", strict=True))
_FULL = re.compile("[０-９．％〇○\u00a0\u2009\u202f]")
_CN = "零一二三四五六七八九十百千万亿两"
_FOLLOW = "".join(sorted(CHINESE))
_NOT_BEFORE = "统同第进唯专单逐之每0123456789" + _CN
_NOT_TENTHS = "为果效立员本长就型熟交绩功不品都"
_ARABIC = re.compile(
    rf"""
    (?P<number>[0-9](?:\d{{0,2}}(?:[,，]\d{{3}})+(?![\d%])(?:\.\d+)?|\d{{0,2}}(?:[ ]\d{{3}})+(?!\d)(?![\d.]*%)(?:\.\d+)?|\d*(?:\.\d+)?))
    (?P<more>[余多](?=[千百]?[万亿]))?(?P<scale>万亿|[千百]?[万亿]|千(?![米克瓦卡伏])|百(?![分米]))?
    (?P<rest>(?<=亿)\d{{1,4}}万|(?<=万)\d千)?(?P<sign>[ ]?[%‰]|成(?![{_NOT_TENTHS}])|分之\d+)?
    """,
    re.VERBOSE | re.ASCII,
)
_CHINESE = re.compile(
    rf"""(?P<chinese>[{_CN}](?<![{_NOT_BEFORE}].)[{_CN}]{{0,23}}+)(?:点(?P<fraction>[{_CN}]{{1,24}}+))?
    (?:分之(?P<part>\d+(?:\.\d+)?|[{_CN}]{{1,24}}+(?:点[{_CN}]{{1,24}}+)?)|(?P<tenths>成(?:半|(?![{_NOT_TENTHS}])))
      |(?=(?:余|多)?[{_FOLLOW}元亩年]|工作日|公里|小时|分钟))""",
    re.VERBOSE | re.ASCII,
)
_CHAIN = re.compile(
    r"\d+(?:[-/]\d+){2,}|\d{3,4}-\d{7,8}(?!\d)|\d+(?:[·•]\d+)+|\d+\.\d+\.\d[\d.]*|\d{1,2}:\d\d(?::\d\d)?(?![\d.])|\d+(?:\.\d+)?(?:[:：∶]\d+(?:\.\d+)?){2,}|\d+[A-Z][A-Z0-9]*\d[A-Za-z0-9/-]*"
)
_CODE = re.compile(r"[A-Za-z0-9_./-]*")
_CHAINED = frozenset("-/·•.:：∶ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_TITLE = re.compile(r"《[^《》\n]{1,120}》")
_GE = (
    "不低于",
    "不少于",
    "不小于",
    "至少",
    "最少",
    "超过",
    "跨过",
    "越过",
    "突破",
    "高于",
    "多于",
    "大于",
    "超",
    "逾",
)
_LE = (
    "不到",
    "不超过",
    "不高于",
    "不多于",
    "不大于",
    "控制在",
    "至多",
    "最多",
    "少于",
    "低于",
    "以内",
)
_MARK = ("关口", "大关", "门槛")
_NOT_MORE = ("不超过", "不高于", "不多于", "不大于", "不突破", "不超")
_BEFORE: dict[str, Bound] = {"近": "approx", "约": "approx"}
_NO_BOUND = ("网约", "预约", "履约", "签约", "违约", "特约", "就近", "附近")
_BOUND_ENDS = frozenset("近约于少过破超逾在多足到")
_APPROX_AFTER = frozenset("余多")
_ONE = Decimal(1)
_MULTIPLE = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
# After a year's digits these say that it is a year, after a bare number that it is a month, a number of a paper and so on.
_ORDINALS = frozenset("届审号版强")
_TIMES = frozenset("时分")
_DASHES = frozenset("-—–~～至到")
_DATE_TAIL = re.compile(r"[ ]?[-—–~～至到]+[ ]?\d{1,4}[ ]?(?:年(?!以)|月|日)")
_MONTH = re.compile(r"(?:月份?[ ]?|月\d{1,2}日?[-—–~～至到、])$")
_SLOGANS = frozenset("“\"'‘「")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_OPEN_LINE = re.compile(r"(?:^|[\n。；;：:])[ \t\u3000(（]*$")
_LIST = frozenset(".、)）．")
_NAMED = ("届", "次会议", "次全会", "次全体", "次常务", "中全会", "次党代", "次代表大会", "批次产品")
_ONES = ("至少", "少于", "每月", "每年", "每周", "每季度", "仅", "只有", "共", "配备", "每半年", "最多")
_RATES = ("率为", "率", "率均为", "比例为", "占比为", "率保持", "率是")
_FURNITURE = tuple(
    f"{word}{gap}"
    for word in ("浏览次数", "阅读", "点击", "阅读量", "浏览量", "点击数", "访问量", "阅读次数", "点击次数")
    for gap in ("：", ":", "： ", ": ", ":　", "：　")
)
_SPANS = ("连续", "过去", "近", "未来")
_COINED = (
    "两个确立",
    "两个维护",
    "两个毫不",
    "四个意识",
    "四个自信",
    "四个全面",
    "三个代表",
    "两个大局",
    "两个结合",
)
_BACK = ("以上", "上述", "这", "该", "其他", "另", "有一")
_GAPS = frozenset(" \t|\n\u3000")
_NAMES = ("制度", "把手", "清单", "统一", "工程", "规定")


def plain(text: str) -> str:
    """Digits, %, point, 〇 and spaces as half-width, character for character."""
    if _FULL.search(text) is None:
        return text
    for full in set(_FULL.findall(text)):
        text = text.replace(full, _HALF[full])
    return text


def lex(text: str, half: str | None = None) -> list[Figure]:
    """Every figure of the text from left to right, never overlapping. `half` is `plain(text)` where it is at hand."""
    line = plain(text) if half is None else half
    figures: list[Figure] = []
    skip = 0
    for found in _ARABIC.finditer(line):
        start = found.start()
        if start < skip:
            continue
        end = found.end()
        after = line[end] if end < len(line) else "\n"
        if after in _CHAINED and (chain := _CHAIN.match(line, start)) is not None:
            skip = chain.end()
            continue
        before = line[start - 1] if start else "\n"
        if before in _LETTERS:
            code = _CODE.match(line, start)
            skip = code.end() if code else end
            continue
        figure = _arabic(text, line, found, start, end, before, after)
        if figure is not None:
            figures.append(figure)
    for found in _CHINESE.finditer(line):
        figure = _chinese(text, line, found)
        if figure is not None:
            figures.append(figure)
    figures.sort()
    if "《" in line:
        titles = [found.span() for found in _TITLE.finditer(line)]
        figures = [figure for figure in figures if not _within(figure.start, titles)]
    return figures


def _within(at: int, spans: list[tuple[int, int]]) -> bool:
    place = bisect_right(spans, (at, at))
    return place > 0 and at < spans[place - 1][1]


def _arabic(
    text: str, line: str, found: re.Match[str], start: int, end: int, before: str, after: str
) -> Figure | None:
    number, more, scale, rest, sign = found.groups()
    if (
        before == "第"
        or before in "∶_"
        or after == "∶"
        or (before == "之" and line[start - 2 : start - 1] == "分")
    ):
        return None
    if sign is not None:
        return _percent(text, line, start, end, number, scale, sign, before)
    if scale is None and "." not in number:
        if after == "年" and _is_year(line, start, end, number, before):
            return None
        if after == "月" or (
            after in "日号" and (after == "号" or _MONTH.search(line, max(0, start - 8), start))
        ):
            return None
        if after in _DASHES or after == " ":
            if _DATE_TAIL.match(line, end):
                return None
            if (
                len(number) == 4
                and number[:2] in ("19", "20")
                and end + 1 < len(line)
                and line[end + 1].isdigit()
            ):
                return None
        if after in "年〕]】" and (before in "〔[【" or before in _DASHES):
            return None
        if after in _LIST and len(number) <= 2 and not (after == "." and line[end + 1 : end + 2].isdigit()):
            if _OPEN_LINE.search(line, max(0, start - 12), start):
                return None
            if after in ")）" and before in "(（":
                return None
        if after in _TIMES and (after != "分" or line[start - 1 : start] == "时"):
            return None
        if after == "/" or (before == "/" and line[start - 2 : start - 1].isdigit()):
            return None
        if after in _ORDINALS or (before in _SLOGANS and after in "”\"'’」"):
            return None
        if before == "-" and start > 1 and (line[start - 2].isalnum()):
            return None
        if len(number) > 8 and "," not in number and " " not in number:
            return None
    value, ulp = _number(number)
    if scale is not None:
        factor = 1
        for character in scale:
            factor *= _MULTIPLE[character]
        value, ulp = value * factor, ulp * factor
    if rest is not None:
        size = 1000 if rest[-1] == "千" else 10**4
        value, ulp = value + int(rest[:-1]) * size, Decimal(size)
    at = end
    approx = more is not None
    if after in _APPROX_AFTER:
        approx, at = True, end + 1
    if at < len(line) and line[at] == " ":
        at += 1
    kind, unit = unit_at(line, at)
    if unit == "":
        if number == "0" and line.endswith(_RATES, 0, start):
            return Figure(start, end, text[start:end], value, ulp, "%", "percent", "exact", end)
        if after in _LETTERS and scale is None and line[end : end + 2] != "PF":
            return None
        if (
            scale is None
            and not approx
            and "." not in number
            and not _bare(line, start, end, number, before, after)
        ):
            return None
        at = end
    elif _aside(line, start, at, unit, before, scale):
        return None
    if kind == "percent_point":
        at_end = at + len(unit)
        return Figure(
            start,
            end,
            text[start:end],
            value,
            ulp,
            "百分点",
            kind,
            _bound(line, start, at_end, before),
            at_end,
        )
    tail = at + len(unit)
    bound = "approx" if approx else _bound(line, start, tail, before)
    return Figure(start, end, text[start:end], value, ulp, unit, kind, bound, tail)


def _percent(
    text: str, line: str, start: int, end: int, number: str, scale: str | None, sign: str, before: str
) -> Figure | None:
    value, ulp = _number(number)
    if scale is not None:
        return None
    if sign[0] == "分":
        if value == 0:
            return None
        value, ulp = Decimal(100 * int(sign[2:])) / value, _ONE
    elif sign[0] == "成":
        if not 0 < value < 10:
            return None
        value, ulp = value * 10, Decimal(10)
        if line[end : end + 1] in _APPROX_AFTER:
            return Figure(start, end, text[start:end], value, ulp, "成", "percent", "approx", end)
    elif sign[-1] == "‰":
        value, ulp = value / 10, ulp / 10
    return Figure(
        start,
        end,
        text[start:end],
        value,
        ulp,
        sign[-1] if sign[0] != "分" else "",
        "percent",
        _bound_of_share(line, start, end, before),
        end,
    )


def _share(text: str, line: str, found: re.Match[str]) -> Figure | None:
    start, end = found.span()
    whole, part = found["chinese"], found["part"]
    if len(whole) > 1 and whole[-1] in "百千万":
        start, whole = start + len(whole) - 1, whole[-1]
    if part[0].isdigit():
        value, ulp = _number(part)
    else:
        read = Decimal(100) if part == "百" else _digit_or(part)
        if read is None:
            return None
        value, ulp = read, _last_place(read)
    if whole in ("百", "千", "万"):
        size = {"百": 1, "千": 10, "万": 100}[whole]
        value, ulp = value / size, ulp / size
    else:
        of = _digit_or(whole)
        if of is None or not of:
            return None
        value, ulp = (value * 100 / of).quantize(Decimal("0.000001")), _ONE
    before = line[start - 1] if start else "\n"
    return Figure(
        start, end, text[start:end], value, ulp, "", "percent", _bound_of_share(line, start, end, before), end
    )


def _chinese(text: str, line: str, found: re.Match[str]) -> Figure | None:
    if found["part"]:
        return _share(text, line, found)
    start, end = found.span()
    word = line[start:end]
    before = line[start - 1] if start else "\n"
    if found["tenths"]:
        word = found["chinese"]
    value = _digit_or(word)
    if value is None or before == "分":
        return None
    if found["tenths"]:
        if not 0 < value < 10 or before in _SLOGANS:
            return None
        half = Decimal(5) if found["tenths"].endswith("半") else Decimal(0)
        about = line[end : end + 1] in _APPROX_AFTER
        return Figure(
            start,
            end,
            text[start:end],
            value * 10 + half,
            Decimal(10),
            "成",
            "percent",
            "approx" if about else _bound_of_share(line, start, end, before),
            end,
        )
    if before in _SLOGANS or line.startswith(_COINED, start):
        return None
    at = end + 1 if line[end] in _APPROX_AFTER else end
    kind, unit = unit_at(line, at)
    if not unit:
        return None
    tail = at + len(unit)
    if (unit == "次" and line.startswith(_NAMED, at)) or line.startswith(("部件", "位数", "次产业"), at):
        return None
    if kind == "count" and value < 10 and len(word) == 1:
        if unit == "期" or (word == "二" and unit in ("轮", "类")):
            return None
        if word == "一" and not line.endswith(_ONES, 0, start):
            return None
        if unit in ("次", "届", "期") and (line.startswith(_NAMED, at) or before in "届第"):
            return None
        if before in "前上" or line.startswith("部门", end) or line.endswith(_BACK, 0, start):
            return None
        if line[tail : tail + 1] in "”’" or line.startswith(_NAMES, tail):
            return None
    elif word == "一" and kind != "duration":
        return None
    if unit == "日" or (unit == "年" and (value >= 1900 or not line.endswith(_SPANS, 0, start))):
        return None
    ulp = Decimal(10**8) if word[-1] == "亿" else Decimal(10**4) if word[-1] == "万" else _ONE
    bound = "approx" if at > end else _bound(line, start, tail, before)
    return Figure(start, end, text[start:end], value, ulp, unit, kind, bound, tail)


@lru_cache(maxsize=4096)
def _number(word: str) -> tuple[Decimal, Decimal]:
    """The value of a plain numeral and one unit in its last place."""
    value = Decimal(word.replace(",", "").replace("，", "").replace(" ", ""))
    return value, _last_place(value)


def _last_place(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else _ONE


@lru_cache(maxsize=4096)
def _digit_or(word: str) -> Decimal | None:
    return chinese(word)


def _is_year(line: str, start: int, end: int, number: str, before: str) -> bool:
    """2025年 is a year; 3年 lasts three years; in 2021-25年 the 25 is a year too."""
    if len(number) == 4 and number[:2] in ("19", "20"):
        return True
    return before in _DASHES and start > 4 and line[start - 5 : start - 1].isdigit()


def _aside(line: str, start: int, at: int, unit: str, before: str, scale: str | None) -> bool:
    """Ages that bound a group (65岁以上), how often a page was opened, the 3 of 十四届3次全会."""
    if unit == "岁":
        return line.startswith(("以", "及"), at + 1)
    if unit == "次":
        furniture = before in " :：" and line.endswith(_FURNITURE, 0, start)
        return furniture or (scale is None and line.startswith(_NAMED, at))
    return False


def _bare(line: str, start: int, end: int, number: str, before: str, after: str) -> bool:
    """Whether a whole number without a known measure word states a quantity: a cell of a table, the end of a clause."""
    if len(number) == 5 and number[:2] in ("12", "96") and after not in "|\t\n ":
        return False
    if before in _SLOGANS or after in "“”\"'’+×":
        return False
    if before in "+":
        return False
    if line.endswith(_FURNITURE, 0, start) or line.startswith("标段", end):
        return False
    if before in _GAPS and after in _GAPS:
        if before == "\n" and len(number) <= 2:
            return False
        # A short number between a figure and a word, in a flattened table, numbers the row.
        return not (
            len(number) <= 2
            and after != "\n"
            and line[start - 2 : start - 1] in "%0123456789"
            and line[end + 1 : end + 2] > "一"
        )
    return before not in "“"


def _bound_of_share(line: str, start: int, tail: int, before: str) -> Bound:
    """The same for a share: 占比不足三分之二 is less than that; 证据不足14件 are fourteen."""
    if before in "足占达":
        if line.endswith("不足", 0, start):
            return "le"
        if line.endswith(("约占", "约达", "接近占", "将近占"), 0, start):
            return "approx"
    return "ge" if line.startswith(_MARK, tail) else _bound(line, start, tail, before)


def _bound(line: str, start: int, tail: int, before: str) -> Bound:
    """Whether the words around say about, at least or at most."""
    if line.startswith("以", tail):
        if line.startswith("以上", tail):
            return "ge"
        if line.startswith(("以内", "以下"), tail):
            return "le"
    elif line.startswith(("左右", "上下"), tail):
        return "approx"
    elif line.startswith(("及以上", "或以上"), tail):
        return "ge"
    if before in _BOUND_ENDS:
        if before in _BEFORE and not line.endswith(_NO_BOUND, 0, start):
            return _BEFORE[before]
        said = line[max(0, start - 3) : start]
        if said.endswith(_GE) and not said.endswith(_NOT_MORE):
            return "ge"
        if said.endswith((*_LE, *_NOT_MORE)):
            return "le"
    return "exact"
