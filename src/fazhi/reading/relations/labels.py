"""What the words say of a figure that is worked out from others: its name, through brackets, lists and 分别."""

from __future__ import annotations

import re

from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph

_BASE = family("change").words["then"]
_NOW = family("change").words["now"]
_LEADS = (
    *("仅仅", "只有", "不过", "高达", "达到了", "达到", "算下来", "也就是说", "也就是", "大约"),
    *("约", "仅", "为", "达", "是", "即", "了", "计", "有", "：", ":", "—"),
)
_COPULAS = ("为", "即", "是", "达", "—")
_BREAKS = frozenset("，,；;：:。！？、（()）\n\t—")
_ABOUT = re.compile(
    r"(?:首次|已)?(?:跨过|越过|突破|超过|站上)\d+%(?:关口|大关)?[，,]?$|"
    "(?:接近|将近|近|不足|不到|超过|超|逾|突破)?"
    "(?:[一二两三四五六七八九]成(?:略多|多一点|以上|左右|[多半余])?|三分之[一二]|四分之[一三]|一半|过半)[多强]?[，,]?$"
)
_ABOUT_ENDS = frozenset("成多半余点上右一二三强口关，,%")
_FARTHEST = 80  # characters that a name and what stands between it and the figure may take
_BREAK = re.compile(r"[，,；;：:。！？、（()）\n\t—]")
JOINED = re.compile(r"^[个\s]*[、和及与，,]?\s*$")
_SHORT = re.compile(r"^[（(]?[^，,；;。：:（(]{0,3}[、，,和及]?\s*[^，,；;。：:（(\d]{0,6}$")
UP_TO = re.compile(r"(?:加|少|升|降|长|低|高|减|缩|增|展|大|短|简)(?:到|至|为|成)了?$")
# Without one of these characters no word of a difference, or of what is left, stands there.
CHANGING = re.compile("[多少增减降升高低差缺欠超余剩空未不没短涨缩扩净大快慢缓压精限收节审核落尚还仍只]")
COMMON = frozenset(
    "率为达到的了数均已共全年各占比例重其中约仅是在与和及总有个件人次户家年本今同期上去比较案办事项类"
)


def label(paragraph: Paragraph, mark: Mark) -> str:
    """The words that name the figure: 结案率 of 结案率（结案数与立案数之比）为98.9%, and of a list the words before its first."""
    name = paragraph.names.get(mark.index)
    if name is None:
        name = paragraph.names[mark.index] = _label(paragraph, mark)
    return name


def _label(paragraph: Paragraph, mark: Mark) -> str:
    first, _, _ = series(paragraph, mark)
    start = paragraph.ends[first.sentence - 1] if first.sentence else paragraph.start
    text = paragraph.whole[max(start, first.figure.start - _FARTHEST) : first.figure.start]
    for _ in range(5):
        before = text
        text = _bare(text)
        if text.endswith(("）", ")")):
            text = text[: _opening(text)]
        elif text.endswith(("（", "(")) or (
            text.endswith(("，", ",")) and before.rstrip().endswith(_COPULAS)
        ):
            text = text[:-1]
        if text[-1:] in _ABOUT_ENDS:
            text = _ABOUT.sub("", text)
        if text == before:
            break
    at = len(text)
    while at and text[at - 1] not in _BREAKS:
        at -= 1
    return text[at:].strip()


def _bare(text: str) -> str:
    """Without the words that lead to a figure: 为, 达到, 约 …"""
    while True:
        text = text.rstrip()
        if not text.endswith(_LEADS):
            return text
        text = text[: -len(next(word for word in _LEADS if text.endswith(word)))]


def _opening(text: str) -> int:
    """Where the bracket that closes the text opens."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] in "）)") - (text[at] in "（(")
        if not depth:
            return at
    return len(text) - 1


def aside(paragraph: Paragraph, mark: Mark) -> str:
    """What the bracket just before the figure says: 结案数与立案数之比 of 结案率（结案数与立案数之比）98.9%."""
    text = _bare(paragraph.whole[max(paragraph.start, mark.figure.start - 60) : mark.figure.start])
    return text[_opening(text) + 1 : -1] if text.endswith(("）", ")")) else ""


def series(paragraph: Paragraph, mark: Mark) -> tuple[Mark, int, int]:
    """The first of the list of figures of one kind that only 、 and 和 join, the place of this one in it, and its length."""
    marks = paragraph.marks
    first = last = mark.index
    while first and _joined(marks[first - 1], marks[first]):
        first -= 1
    while last + 1 < len(marks) and _joined(marks[last], marks[last + 1]):
        last += 1
    return marks[first], mark.index - first, last - first + 1


def _joined(one: Mark, other: Mark) -> bool:
    alike = one.figure.kind == other.figure.kind or (
        one.figure.unit in ("个", "") and other.figure.kind == "percent_point"
    )
    return alike and one.sentence == other.sentence and bool(other.pre) and bool(JOINED.match(other.pre))


def spelled(mark: Mark) -> bool:
    """三项指标, 两类: a number of kinds, no quantity."""
    return mark.value < 10 and not mark.figure.text[0].isdigit()


def row(paragraph: Paragraph, mark: Mark) -> tuple[int, int]:
    """The place of a percentage among those told one after the other, whatever the words between, and how many they are."""
    marks = paragraph.marks
    first = last = mark.index
    while first and marks[first - 1].figure.kind == mark.figure.kind:
        first -= 1
    while last + 1 < len(marks) and marks[last + 1].figure.kind == mark.figure.kind:
        last += 1
    return mark.index - first, last - first + 1


def then(paragraph: Paragraph, mark: Mark) -> bool:
    """Whether the figure is told of an earlier time: 去年同期为5批62人, （2017年为24条）, 由46个."""
    known = paragraph.earlier.get(mark.index)
    if known is None:
        known = paragraph.earlier[mark.index] = _then(paragraph, mark)
    return known


def _then(paragraph: Paragraph, mark: Mark) -> bool:
    words = mark.pre
    if UP_TO.search(words):
        return False
    now = max((found.end() for found in _NOW.finditer(words)), default=0)
    if now and not _BASE.search(words[now:]):
        return False
    if _BASE.search(words) or _earlier_year(paragraph, words):
        return True
    if not mark.index or not _SHORT.match(words):
        return False
    before = paragraph.marks[mark.index - 1]
    changing = _CHANGING.search(before.pre) is not None and not UP_TO.search(before.pre)
    return before.sentence == mark.sentence and not changing and then(paragraph, before)


def _earlier_year(paragraph: Paragraph, words: str) -> bool:
    """Whether the words name a year that they compare with, or one before another of the paragraph."""
    for earlier, later in _PERIODS:
        if earlier in words and later in paragraph.text:
            return True
    found = _YEAR.search(words)
    if found is None:
        return False
    if re.search(f"[较比]{found['year']}年", paragraph.text):
        return True
    years = _YEARS.findall(paragraph.text)
    return found["against"] is not None or found["year"] < max(years)


_PERIODS = (("上半年", "下半年"), ("一季度", "二季度"), ("二季度", "三季度"), ("上学期", "下学期"))
_CHANGING = re.compile("[增加减少降升多超高低][一-龥]{0,2}$")
_YEARS = re.compile(r"(20\d\d)年")
_YEAR = re.compile(
    r"(?P<against>(?:[较比与同]|相较于|对比)[^,，;；。]{0,4}|[（(])?(?P<year>20\d\d)年(?!.*20\d\d年)"
)


def around(paragraph: Paragraph, mark: Mark, stated: Mark | None = None) -> str:
    """The words before the figure and those behind it, up to the next mark of the sentence; not those of `stated` itself."""
    if stated is not None and stated.index == mark.index + 1 and not _BREAK.search(stated.pre):
        return mark.head + mark.figure.unit
    behind = paragraph.whole[mark.figure.after : mark.figure.after + 14]
    cut = _BREAK.search(behind)
    return mark.head + mark.figure.unit + (behind[: cut.start()] if cut else behind)


def kinship(name: str, words: str) -> int:
    """How much of a name stands in the words: 3 all of it, 2 a pair of characters, 1 a character that says something."""
    if len(name) > 1 and name in words:
        return 3
    if any(
        name[at : at + 2] in words and not COMMON.issuperset(name[at : at + 2]) for at in range(len(name) - 1)
    ):
        return 2
    return 1 if set(name) & set(words) - COMMON else 0
