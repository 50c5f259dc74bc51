"""Lists told with their number: announced by it (三类：甲、乙、丙), closed by it (甲、乙、丙三类), proved by what they make up."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fazhi.reading.finding import Finding
from fazhi.reading.numerals import chinese
from fazhi.reading.relations.judge import share_fits
from fazhi.reading.rules import family
from fazhi.reading.structure import Mark, Paragraph
from fazhi.reading.units import same

_LISTING = family("listing")
_WORDS = _LISTING.words
_TOGETHER, _APART = _WORDS["together"], _WORDS["respectively"]
# A number and a word that counts kinds, bodies, places or turns. One scan finds all; the rest looks at what stands around.
_COUNT = re.compile(
    r"(?P<n>[两二三四五六七八九十1-9](?<![第每之逢近约超0-9百千万亿零一二三四五六七八九十.%].)(?:[一二三四五六]|(?<=1)[0-6])?)"
    r"[类种项方环大级者个支家处所场次条名位座部张步套道进降升增减村镇乡县区市地中件：:]",
    re.ASCII,
)
# “三治”: what every name before it holds.
_WORD = re.compile("“(?P<n>[二三四五六七八九])(?P<word>[一-龥])”")
# 甲、乙、丙居前三位，分别为a、b、c; 居前三位的是甲、乙、丙，分别为a、b、c.
_RANKED = re.compile(
    r"前(?P<n>[两二三四五六七八九十])[位名类](?:的?(?:是|为|有)(?P<behind>[一-龥、（）]{2,60}))?"
    r"[，,](?:分别|依次)[一-龥]{0,4}(?P<figures>(?:\d[\d.,]*(?:[%万亿‰]|[一-龥]{1,2})?[、和]?){2,10})(?=[，,。；;])"
)
_KIND = re.compile(
    f"{_WORDS['kind'].pattern}|[个家支处所][一-龥]{{0,4}}?(?:{_WORDS['noun'].pattern})|(?:{_WORDS['place'].pattern})(?=[分均共合问，,])"
)
_OPEN = re.compile(
    r"(?:[一-龥](?:[^，,；;。：:、\n\d（）()]|[（(][^（）()、]{1,8}[)）]){0,14}?)?(?:[：:]|(?P<dash>——)|(?P<bracket>[（(])(?=[^（）()]*、)(?!含|包括|其中|如|以|例|不含|注)"
    r"|[，,](?:主题涵盖|主题为|主题是|分别(?:为|是|在|于)|依次(?:为|是)|即|也就是)[：:]?|[，,。](?=第?一[是要]|首先))"
)
_AHEAD = re.compile(r"[一-龥][^，,；;。：:、\n\d（）()]{0,14}?[：:，,]")
_SOON = re.compile(r"[^，,。；;：:！？\n\d]{0,18}\d")
_SHARES = re.compile("(?:占比|比重|比例)(?:为|是)?$")
_SUMMED = re.compile("合计|共|总计|累计|加起来|之和|总")
_BRACKET = re.compile(r"[（(][^（）()]{0,40}[)）]")
_STOP = re.compile(r"[，,。；;：:！？!?\n\t]")
_END = re.compile(r"[。！？\n]")
_DATED = re.compile(r"\d[年月日]")
_SET = re.compile("(?:设在|位于|来自|分布在|涉及|覆盖)[^，。；]*的$")
_THING = re.compile("[一-龥][一-龥“]")  # what is counted stands behind its measure word
_SPELLED = frozenset("二三四五六七八九十")
_DASHED = re.compile(r"——|[。！？\n]")
_CLOSE = re.compile(r"[)）\n]")
_QUOTE = re.compile("“[^“”]+”|《[^《》]+》")
_QUOTES = re.compile("(?:(?:“[^“”]+”|《[^《》]+》)[、和]?)+$")
_TITLES = re.compile("(?:《[^《》]+》[、和]?)+")
_OUTSIDE = ("以外", "之外", "外")
_OWN = frozenset("局委办镇乡村所院校厂站")  # how bodies and places are named
# 和, 与 and 及 that join, not those of 和解, 参与 and 涉及.
_ALSO = re.compile(r"以及|(?<!参)与(?!会)|(?<!调)和(?!解|谐|平|睦)|(?<![涉普以])及(?![时其])|[暨或]")
# How items are numbered inside a text: 一是 …, （一）…, 1. …, ① ….
_ORDINALS = [
    (
        re.compile(r"第?一[是要]"),
        re.compile(r"(?<![一二三四五六七八九十])([一二三四五六七八九十]{1,2})[是要](?!否|不是|求)"),
    ),
    (re.compile(r"[（(]一[)）]"), re.compile(r"[（(]([一二三四五六七八九十]{1,2})[)）]")),
    (re.compile(r"[（(]1[)）]"), re.compile(r"[（(](\d{1,2})[)）]")),
    (re.compile(r"1[.．、](?!\d)"), re.compile(r"(?<![\d.])(\d{1,2})[.．、](?!\d)")),
    (re.compile("①"), re.compile("([①-⑩])")),
]
_CIRCLED = {sign: value for value, sign in enumerate("①②③④⑤⑥⑦⑧⑨⑩", 1)}
_LEVELS = frozenset("国省市州县区乡镇村组街居")
_PROPER = re.compile(r"^[一-龥A-Za-z0-9“”\"·.%\- ]{2,20}$")
_LIST, _LONG = 400, 2000  # characters that a list of names may take, and one of sentences
_NEAREST = 16  # figures before a number that may be what it counts
_NAME, _FARTHEST, _FEWEST, _RUN = 12, 160, 3, 10


def check_text(text: str, read: Sequence[Paragraph]) -> Iterator[Finding]:
    """Every number of kinds in the text; `read` are the paragraphs in which figures stand."""
    starts = [one.start for one in read]
    for found in _COUNT.finditer(text):
        stated, end = _number(found["n"]), found.end()
        if stated < 2 or (text[end - 1] in "：:" and text[found.start() - 1] not in "有为是"):
            continue
        if text[found.start() - 1] in "前后":
            one = _proved_at(read, starts, found, stated)
            if one is not None:
                yield one
            continue
        one = _announced(text, found, stated) or _closed(text, found, stated) or _above(text, found, stated)
        if one is None and (_SOON.match(text, end) or _AHEAD.match(text, end - 1)):
            one = _proved_at(read, starts, found, stated)
        if one is not None:
            yield one
    for found in _RANKED.finditer(text):
        before = _STOP.split(text[max(0, found.start() - _FARTHEST) : found.start()])[-1]
        items = (found["behind"] or before).split("、")
        named, stated = len(items) + len(_ALSO.findall(items[-1])), _number(found["n"])
        figures = re.findall(r"\d[\d.,]*(?:[%万亿‰]|[一-龥]{1,2})?[、和]?", found["figures"])
        if named == len(figures) != stated and named > 1:
            yield _told(found, [found.span("figures")], named)
    for found in _WORD.finditer(text):
        if text.startswith("”", found.start() - 1):
            continue
        items, start, joined = _names(text, found.start())
        count, stated = len(items), _number(found["n"])
        if count >= _FEWEST and not joined and count != stated and all(found["word"] in one for one in items):
            yield _told(found, [(start, found.start())], count)


def _proved_at(
    read: Sequence[Paragraph], starts: Sequence[int], found: re.Match[str], stated: int
) -> Finding | None:
    place = bisect_right(starts, found.end()) - 1
    if place < 0 or found.end() >= read[place].end or len(read[place].figures) < 3:
        return None
    return _proved(read[place], found, stated) or _ahead(read[place], found, stated)


def _number(word: str) -> int:
    return int((Decimal(word) if word.isdigit() else chinese(word)) or 0)


def _told(found: re.Match[str], spans: Sequence[tuple[int, int]], count: int) -> Finding:
    rule, stated = _LISTING.rules["list_count"], found["n"]
    words = f"列举{count}项，写作“{stated}”"
    new = str(count) if stated.isdigit() or count > 10 else "零一两三四五六七八九十"[count]
    places = (found.span("n"), *spans)
    return Finding(
        "error", rule.id, f"{rule.message}：{words}", places, f"{stated}→{new}", words, rule.tolerance
    )


def _announced(text: str, found: re.Match[str], stated: int) -> Finding | None:
    """三类：甲、乙、丙; 六场，主题涵盖：…; 三个方面：一是…二是…."""
    opened = _OPEN.match(text, found.end() - 1)
    if opened is None:
        return None
    start = opened.end()
    if not opened["bracket"] and (highest := _highest(text, start, start + _LONG))[0]:
        wrong = highest[0] > 1 and 0 < abs(highest[0] - stated) < 3
        return _told(found, [(start, highest[1])], highest[0]) if wrong else None
    ending = (_CLOSE if opened["bracket"] else _DASHED if opened["dash"] else _END).search(
        text, start, start + _LIST
    )
    body = _BRACKET.sub("", text[start : ending.start() if ending else start + _LIST])
    segments = re.split(r"[，,；;]", body)
    first = segments[0]
    titles = _QUOTE.findall(first) if _TITLES.fullmatch(first) else []
    items = titles or first.split("、")
    joined = 0 if titles else len(_ALSO.findall(first))
    parts = [one for one in re.split(r"[；;]", body) if one.strip()]
    if "等" in first or stated in (len(items), len(items) + joined):
        return None
    if len(items) < _FEWEST and stated in (len(segments), len(parts)):
        return None
    count, most = 0, 1
    if len(items) >= _FEWEST:
        last = len(_ALSO.findall(items[-1]))
        if titles or (all(_PROPER.match(one.strip()) for one in items) and joined == last < 2):
            count = len(items) + joined
            most = 3 if "别" in opened[0] or "依次" in opened[0] else 1
    elif len(items) == 2 and not joined and len(segments) == 1 and (opened["bracket"] or opened["dash"]):
        closed = ending is not None and ending[0] in ("）", ")", "——")
        count = 2 if closed and all(_PROPER.match(one) and len(one) > 3 for one in items) else 0
    elif len(parts) >= _FEWEST and all(re.search(r"\d", one) for one in parts):
        count = (
            len(parts) if len(parts) > stated or "”" not in opened[0] else 0
        )  # a slogan may leave some untold
    wrong = bool(count) and 0 < abs(count - stated) <= most
    return _told(found, [(start, start + len(body))], count) if wrong else None


def _above(text: str, found: re.Match[str], stated: int) -> Finding | None:
    """一是…；二是…；三是…。以上三项: as many as the last ordinal."""
    if not text.endswith(("以上", "上述", "这"), 0, found.start()):
        return None
    begin = max(text.rfind("\n", 0, found.start()) + 1, found.start() - _LONG)
    first = text.find("一是", begin, found.start())
    highest, last = _highest(text, first, found.start()) if first >= 0 else (0, 0)
    if highest < 2 or not 0 < abs(highest - stated) < 3:
        return None
    return _told(found, [(first, last)], highest)


def _highest(text: str, start: int, end: int) -> tuple[int, int]:
    """The last of 一是, 二是, 三是 … in unbroken order from `start` on, and where it ends; 0 where none begins there."""
    highest, last = 0, start
    series = next((each for first, each in _ORDINALS if first.match(text, start)), None)
    for one in series.finditer(text, start, end) if series else ():
        value = _CIRCLED.get(one[1]) or _number(one[1])
        if value == highest + 1:
            highest, last = value, one.end()
        elif value == 1:
            break
    return highest, last


def _closed(text: str, found: re.Match[str], stated: int) -> Finding | None:
    """甲、乙、丙三类: the number right behind the last of three and more short names."""
    near = text[max(0, found.start() - _NAME - 2) : found.start()]
    if near.endswith(("、", "，", "。")) or not ("、" in near or near.endswith(("”", "》"))):
        return None
    if text.startswith(_OUTSIDE, found.end()) or near.endswith("”“"):
        return None
    spelled = found["n"][0] in _SPELLED and _THING.match(text, found.end()) is not None
    placed = near.endswith("的") and _SET.search(text[max(0, found.start() - 60) : found.start()])
    kind = _KIND.match(text, found.end() - 1)
    if kind and kind[0] == "项" and not _THING.match(text, found.end()):
        return None  # 国家级、省级荣誉3项
    quoted, open_ended = text[found.start() - 1] in '“"', near.endswith("等")
    items, start, joined = _names(text, found.start() - (quoted or open_ended or bool(placed)))
    if open_ended and (joined or not kind or len(items) <= stated or len(items) < _FEWEST):
        return None  # 甲、乙、丙等两类: more are told than there are
    if len(items) < 2 or joined > 1 or stated in (len(items), len(items) + joined):
        return None
    count = len(items) + joined
    if abs(count - stated) != 1 or (joined and not _ALSO.search(items[-1])):
        return None
    ends = {one[-1] for one in items}
    alike = len(ends) == 1 and ends <= _OWN and len(items) >= _FEWEST
    even = len({len(one) for one in items[1:]}) == 1 and len(items) >= _FEWEST
    clear = (spelled or placed) and len(items) >= _FEWEST and not quoted
    if not (alike or clear or (quoted and even and "”" not in "".join(items)) or (kind and not quoted)):
        return None
    if kind and kind[0] == "级" and len(items) < _FEWEST and len(items[1]) > 1:
        return None  # 二级航道、三级航道 are grades
    if (
        count <= _FEWEST
        and len(items) < _FEWEST
        and (
            (len(items[0]) > _NAME and items[0][0] not in "“《")
            or items[-1][-1] in "的了在中"
            or not kind
            or joined
        )
    ):
        return None
    return _told(found, [(start, found.start())], count)


def _names(text: str, end: int) -> tuple[list[str], int, int]:
    """The names joined by 、 that end here, where they begin, and how many 和 stand among them."""
    window = text[max(0, end - _FARTHEST) : end]
    if window.endswith(("”", "》")) and (told := _QUOTES.search(window)):
        items = _QUOTE.findall(told[0])
        return items, end - len(told[0]), 0
    bare = _BRACKET.sub(lambda one: "\0" * len(one[0]), window)
    run = _DATED.split(_STOP.split(bare)[-1])[-1]
    if not run or run.endswith("、") or "等" in run or re.search(r"[\d（）()《]", run):
        return [], end, 0
    items = [one.replace("\0", "") for one in re.split("、|(?<=”)(?=“)", run)]
    short = len(items) > 1 and all(len(one) == 1 for one in items[1:]) and len(items[0]) < _NAME
    long = any(not 2 <= len(one) <= _NAME for one in items[1:]) or not 2 <= len(items[0]) <= 2 * _NAME
    if long and not (short and (len(items) > 2 or {items[0][-1:], items[1]} <= _LEVELS)):
        return [], end, 0
    return items, end - len(run), len(_ALSO.findall(run))


def _proved(paragraph: Paragraph, found: re.Match[str], stated: int) -> Finding | None:
    """甲a件、乙b件、丙c件，三类共t件: as many as make up the total; and names told before, one by one."""
    text, marks = paragraph.whole, paragraph.marks
    total = next((mark for mark in marks if mark.figure.start >= found.end()), None)
    if total is None:
        return None
    gap = text[found.end() : total.figure.start]
    whole = None
    if "占" in gap and not total.is_percent and total.index + 1 < len(marks):
        whole, total = total, marks[total.index + 1]  # 三个领域占全部26件的73.1%
    if len(gap) > 18 or _STOP.search(gap) or not total.exact:
        return None
    if _APART.search(gap) or (total.is_percent and _SHARES.search(gap)):
        return _each(paragraph, found, stated, total)
    names = _twice(paragraph, found)
    if names:
        if len(names) != stated and abs(len(names) - stated) == 1 and _TOGETHER.search(gap):
            return _told(found, [(found.start() - sum(map(len, names)) - 1, found.start())], len(names))
        return None
    runs = _runs(paragraph, found.start(), total, whole)
    lengths = {len(run) for run in runs}
    if len(lengths) != 1 or stated in lengths or abs(lengths.pop() - stated) > 2:
        return None
    return _told(found, [mark.span for mark in (*runs[0], total)], len(runs[0]))


def _ahead(paragraph: Paragraph, found: re.Match[str], stated: int) -> Finding | None:
    """三个镇，甲a元、乙b元、丙c元，三地共t元; 四场：…: as many as make up the total, where a colon or the same number again says so."""
    opened = _AHEAD.match(paragraph.whole, found.end() - 1)
    if opened is None:
        return None
    run: list[Mark] = []
    for mark in paragraph.marks:
        if mark.figure.start < opened.end() or (run and mark.figure.kind != run[0].figure.kind):
            continue
        if mark.sentence != (run[0].sentence if run else mark.sentence):
            break
        if len(run) >= _FEWEST and _SUMMED.search(mark.pre):
            again = _COUNT.search(mark.pre)
            sure = "：" in opened[0] or ":" in opened[0] or (again and _number(again["n"]) == len(run))
            whole = sum((one.value for one in run), Decimal(0)) == mark.value
            if whole and sure and abs(len(run) - stated) == 1:
                return _told(found, [one.span for one in (*run, mark)], len(run))
            break
        if run and mark.figure.unit != run[0].figure.unit:
            continue
        run.append(mark)
    return None


def _each(paragraph: Paragraph, found: re.Match[str], stated: int, first: Mark) -> Finding | None:
    """三类分别为a件、b件、c件: as many figures of one unit as kinds."""
    run = [first]
    for mark in paragraph.marks[first.index + 1 :]:
        gap = mark.pre.strip()
        if mark.sentence != first.sentence or gap not in ("、", "和", "，", ",", "、和", "及", "与"):
            if gap[:1] in ("、", "和") or "等" in gap[:2]:
                return None
            break
        if mark.figure.kind != first.figure.kind or mark.figure.unit != first.figure.unit:
            return None
        run.append(mark)
    items, _, joined = _names(paragraph.whole, found.start())
    named = not items or len(run) in (len(items), len(items) + joined)
    if len(run) < 2 or abs(len(run) - stated) != 1 or not named or run[-1].post.startswith("等"):
        return None
    return _told(found, [mark.span for mark in run], len(run))


def _twice(paragraph: Paragraph, found: re.Match[str]) -> list[str]:
    """The names right before the number, where each has been told in the paragraph before: 减税a元，降费b元，…，其中减税、降费两项."""
    items, start, _ = _names(paragraph.whole, found.start())
    if not items:
        return []
    names = [one for item in items for one in _ALSO.split(item)]
    names[0] = re.sub("^其中|^[仅对在]", "", names[0])
    if len(names) < 2 or any(len(name) < 2 for name in names):
        return []
    earlier = paragraph.whole[paragraph.start : start]
    return names if all(name in earlier for name in names) else []


def _runs(paragraph: Paragraph, end: int, total: Mark, whole: Mark | None) -> list[list[Mark]]:
    """The lists of figures before the number that make up the total, or that have the share told in it."""
    before = [
        mark for mark in paragraph.marks if mark.figure.end <= end and total.sentence - mark.sentence < 2
    ]
    before = before[-_NEAREST:]
    wholes = [whole] if whole is not None else before
    runs: list[list[Mark]] = []
    for at, last in enumerate(before):
        if last.is_percent != (total.is_percent and whole is None and last.is_percent):
            continue
        alike = [
            mark
            for mark in before[: at + 1]
            if mark.figure.kind == last.figure.kind
            and mark.depth == last.depth
            and same(mark.figure.unit, last.figure.unit)
        ][-_RUN:]
        for size in range(2, len(alike) + 1):
            run = alike[-size:]
            value = sum((mark.value for mark in run), Decimal(0))
            if total.figure.kind == last.figure.kind:
                if value == total.value and total.value / total.figure.ulp >= 20:
                    runs.append(run)
            elif total.is_percent and last is alike[-1]:
                fits = [one for one in wholes if one not in run and one.value > value]
                if any(
                    same(one.figure.unit, last.figure.unit) and share_fits(value, one.value, total)
                    for one in fits
                ):
                    runs.append(run)
    return runs
