"""The numeric goals in a plan's prose: 达到60%以上, 控制在3%以内, 至少接受一次, 实现全覆盖.

A number is a goal when its words say so: a comparison (不低于, 以上, 至少), a share, or a count after a verb that makes
something (建成, 培训). Years, ordinals, document numbers, names in quotation marks (“三项制度”), facts (现有21个) and the
thresholds of other things (50万元以上的项目) are none. docs/algorithms/plan-targets.md has the rules with examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from fazhi.plans import dates
from fazhi.plans.passage import Passage
from fazhi.plans.values import Op, Target
from fazhi.reading import numerals
from fazhi.reading.numerals import Numeral

_SENTENCE = re.compile(r"[^。!?\n]+")
_MEASURES = """
    个工作日 工作日 个月 小时 分钟 公里 千米 平方米 平方公里 立方米 公顷 千瓦 千克 公斤 元 学时 课时 人次 场次 家次 件次 户次 班次 批次 车次 例次
    人 名 位 个 件 项 宗 起 次 场 期 批 家 户 所 处 座 间 台 辆 套 份 册 本 篇 部 条 款 例 支 只 张 块 片 亩 米 吨 轮 遍 回 类 种
    门 堂 节 天 日 倍 分 对 幅 面 栋 组 周 盏 株 页 集 档 堵 枚
"""
_UNIT = re.compile(
    r"[余多来]?\s*(?P<unit>" + "|".join(sorted(_MEASURES.split(), key=len, reverse=True)) + r")"
)
_AT_LEAST = r"(?:不得?|不能|不应|不可|不准|不宜|未|决不)(?:再)?(?:低于|少于|小于|短于|下于|弱于)"
_AT_MOST = r"(?:不得?|不能|不应|不可|不准|不宜)(?:再)?(?:超过|高于|大于|多于|长于|超出|突破)"
_COMPARISON = re.compile(
    rf"(?P<ge>{_AT_LEAST}|至少|最少|起码|最低|≥|⩾|>=|大于等于|大于或等于)"
    rf"|(?P<le>{_AT_MOST}|最多|至多|最高(?!人民|检|法)|最长|上限为?|控制(?:在|到|于)|≤|⩽|<=|小于等于|小于或等于)"
    r"|(?P<gt>超过|高于|大于|多于|超出|突破|优于|>)"
    r"|(?P<lt>低于|小于|少于|短于|<)"
)
_FAR = re.compile(rf"{_AT_LEAST}|{_AT_MOST}|至少|最少|最多|至多")  # may stand some words before the number
_UP = re.compile(r"\s*(?:\(含(?:本数)?\)|[及或和]?)\s*以上")
_DOWN = re.compile(r"\s*(?:\(含(?:本数)?\)|[及或和]?)\s*(?:以内|之内|以下|内(?!容|部|外|涵))")
_MAKES = re.compile(
    r"培育|建成|建设|新建|改建|改造|建立|打造|创建|创成|争创|新增|增加|完成|培训|轮训|组织|开展|举办|举行|召开|评选|选树|选派|选聘|"
    r"聘[请任]|命名|认定|推出|推送|推广|出台|制定|修订|编[制发印写]|发布|公布|公开|印发|制作|录制|发放|刊发|征集|报送|梳理|"
    r"配备|配齐|配强|招录|招聘|引进|培养|发展|设立|设置|成立|实现|达到|达成|达|力争|确保|保持|接入|纳入|覆盖|联通|"
    r"化解|调处|办理|办结|受理|查处|排查|整治|整改|督[察查办]|抽查|评查|检查|巡查|核查|调研|走访|宣讲|宣传|授课|旁听|接受|参加|"
    r"演练|考[试核]|测试|服务|惠及|援助|压缩|压减|缩短|降低|下降|提高|提升|提速|增长|减少|控制|精简|取消|下放|归集|拥有|"
    r"安排|投入|落实.{0,6}经费|每年|每季度?|每月|每半年|每周|全年|年内|任期内|人均|每万人|每[村人]|每个"
)
_MAKES_FEW = re.compile(
    r"(?:培育|建成|新建|打造|创建|创成|新增|完成|组织|开展|举办|召开|评选|选树|培养|配备|设立|成立|进行|安排|接受|参加|"
    r"听取|研究|报告|督察|督查|抽查|评查|检查)[^,;、]{0,6}$"
)
_OFTEN = re.compile(r"每(?:[两三]?年|半年|季度?|月|周|个月)[^,;]{0,20}$")
_FACT = re.compile(
    r"现有|已有|目前|现已|已建|已达|已经|已完成|已在|累计已|去年|上年|上一年|原有|原来|存量|过去"
)
_ATTRIBUTE = re.compile(r"\s*(?:\(含(?:本数)?\))?(?:及|或|和)?以[上下]\s*的?")
_REACHES = re.compile(r"(?:达到|达|为|至|到|是|率|比|度|指数|得分|评分|数)$")
_JOINS = re.compile(r"\s*[、和及与]\s*")
_COVER = re.compile(r"全(?:面)?覆盖(?!率|面)")
_COVER_VERB = re.compile(r"实现|达到|达成|做到|确保|力争|保证|完成|保持|形成")
_PROGRESS = re.compile(r"推进|推动|促进|加快|逐步|探索|稳步|扩大|提高|提升|追求")
# What looks like a number and belongs to a name, a paper, a telephone or a slogan.
_NAMES = re.compile(
    r"""《[^》]{0,80}》
      | \(?\d{4}\)\s*\d+\s*号 | 第?\s*\d+\s*号(?:令|文|公告)? | 第\s*(?:\d+|[零〇一二三四五六七八九十百千]+)
      | (?:7|七)\s*[×xX*]\s*24\s*小时 | 24小时(?=自助|不间断|在线|服务|值|受理|开放|全天|响应热线) | 365\s*天
      | (?:最多|只)\s*跑\s*(?:一|1|零|0)\s*[次趟] | (?:一|1)次(?:都)?不(?:用)?跑 | (?:最多|只)[找报填交]\s*(?:一|1)\s*[次个]
      | \d+(?:\s*[+＋×xX:/]\s*[\dNnXx]+)+ | [A-Za-z]+[-.]?\d+ | \d+[A-Za-z]+
      | \d+\s*(?:周?岁|级|届|世纪|年代|强\b|号|度) | (?:12\d{3}|96\d{3}|11[0-9]|12[0-2])(?=热线|平台|电话|便民|市民|政务|投诉|急救)
      | (?:电话|邮编|热线|传真|QQ|微信)[::]?\s*[\d-]+ | 前\s*(?:\d+|[一二三四五六七八九十]+)\s*[名位强] | [（(]\s*\d{1,2}\s*[)）]
      | \d+\s*(?:分钟|小时|公里)[^,。;、]{0,14}[圈]
    """,
    re.VERBOSE,
)
_PERIOD = re.compile(r"(?:每|近|今后|未来|(?<![年月日底末内])前|后|第|上|隔)$")
# 围绕5个方面, 对3个乡镇: a count of what the work is about, not of what it is to bring about.
_ABOUT = re.compile(
    r"(?:围绕|聚焦|针对|对|在|把|将|按照?|坚持|突出|抓[好住]|落实|推行|推进|执行|贯彻|实行|涉及|包括|涵盖|以|从|这|那|上述|其中)"
    r"(?:好|全部|以下|下列|这)?$"
)
_ABOUT_NOUN = re.compile(r"\s*(?:重点|关键|主要)?(?:领域|方面|环节|行业|层面|维度|阶段|步骤|要素|原则)")
_CHINESE_JOINED = re.compile(r"[统同进单唯万专第划合归]$")
_IDLE_SUBJECT = re.compile(
    r"达到|达|均|分别|应当?|力争|实现|确保|保持|至少|为|要|也|都|全部|总体|不得?|基本|稳定在|控制在|以上|并|且|其中|同时|"
    r"低于|少于|高于|超过|占比?|[到至]?(?:20\d\d)?年[底末内]?前?|\s"
)
_BOUND = re.compile(r"以上|以内|以下|之内|内|左右|[\s、)”]")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with what has been found in it; all places are places in `passage`."""

    passage: Passage
    start: int
    end: int
    dates: tuple[dates.When, ...]
    fallback: date | None

    def due(self, place: int, clause: tuple[int, int]) -> date | None:
        """The date that governs a place: the last one before it in the sentence, else one after it in its clause."""
        governing = [when for when in self.dates if when.governs]
        before = [when for when in governing if when.end <= place]
        if before:
            return before[-1].last
        after = [when for when in governing if place < when.start < clause[1]]
        return after[0].last if after else self.fallback


def find(passage: Passage, *, year: int | None = None, fallback: date | None = None) -> list[Target]:
    """The numeric goals of a passage, in order.

    `year` is the plan's own, for dates that name none (年底前); `fallback` the day that governs the whole passage
    (完成时限) where the sentence names none.
    """
    plain = passage.plain
    numbers = list(numerals.find(passage.text))
    inside_numbers = {place for number in numbers for place in range(number.start, number.end)}
    names = [found.span() for found in _NAMES.finditer(plain)]
    found: list[Target] = []
    for match in _SENTENCE.finditer(plain):
        start, end = match.span()
        whens = tuple(
            dates.When(when.start + start, when.end + start, when.last, when.governs, when.impossible)
            for when in dates.find(match.group(), year)
            if not _within(when.start + start, names, "《")
        )
        sentence = _Sentence(passage, start, end, whens, fallback)
        masked = [*names, *((when.start, when.end) for when in whens)]
        here = [
            number
            for number in numbers
            if start <= number.start < end and not any(a < number.end and number.start < b for a, b in masked)
        ]
        clauses = _clauses(plain, start, end, inside_numbers)
        found.extend(_in_sentence(sentence, here, clauses))
    return found


def _within(place: int, spans: list[tuple[int, int]], _: str) -> bool:
    return any(start <= place < end for start, end in spans)


def _clauses(plain: str, start: int, end: int, inside_numbers: set[int]) -> list[tuple[int, int]]:
    """The parts of a sentence between commas, not looking inside brackets and quotation marks."""
    clauses, depth, last = [], 0, start
    for place in range(start, end):
        character = plain[place]
        if character in "(“《":
            depth += 1
        elif character in ")”》":
            depth = max(0, depth - 1)
        elif character in ";:" or (character == "," and depth == 0 and place not in inside_numbers):
            clauses.append((last, place))
            last, depth = place + 1, 0
    clauses.append((last, end))
    return clauses


def _in_sentence(
    sentence: _Sentence, numbers: list[Numeral], clauses: list[tuple[int, int]]
) -> Iterator[Target]:
    plain = sentence.passage.plain
    for index, clause in enumerate(clauses):
        here = [number for number in numbers if clause[0] <= number.start < clause[1]]
        goals = list(_in_clause(plain, clause, here))
        spans = _stretch(plain, clause, clauses[:index], goals)
        for goal in goals:
            yield _target(sentence, spans, clause, goal)
        cover = _covers(sentence, clause)
        if cover is not None and not any(goal.unit == "%" for goal in goals):
            yield _target(sentence, clause, clause, cover)


@dataclass(frozen=True, slots=True)
class _Goal:
    op: Op
    value: Decimal
    unit: str
    start: int
    end: int


def _target(sentence: _Sentence, span: tuple[int, int], clause: tuple[int, int], goal: _Goal) -> Target:
    written = sentence.passage.cut(*span).strip(" 、")
    place = sentence.passage.at
    return Target(
        text=written.text,
        op=goal.op,
        value=goal.value,
        unit=goal.unit,
        due=sentence.due(goal.start, clause),
        start=written.start,
        end=written.end,
        number_start=place[goal.start],
        number_end=place[goal.end - 1] + 1,
    )


def _stretch(
    plain: str, clause: tuple[int, int], before: list[tuple[int, int]], goals: list[_Goal]
) -> tuple[int, int]:
    """The clause, with the one before it where the number stands without anything that it could be said of."""
    if not goals or not before:
        return clause
    subject = _IDLE_SUBJECT.sub("", plain[clause[0] : goals[0].start])
    rest = _BOUND.sub("", plain[goals[-1].end : clause[1]])
    return (before[-1][0], clause[1]) if not subject and not rest else clause


def _in_clause(plain: str, clause: tuple[int, int], numbers: list[Numeral]) -> Iterator[_Goal]:
    goals: list[_Goal] = []
    for number, following in zip_longest(numbers, numbers[1:]):
        unit, end = _unit(plain, number)
        if unit is None:
            continue
        if following and re.fullmatch(r"\s*[—~至到-]{1,2}\s*", plain[number.end : following.start]):
            goals.extend(_range(plain, clause, number, following))
            continue
        if goals and goals[-1].end > number.start:
            continue  # the upper end of a range
        op = _op(plain, clause, number, unit, end)
        if op is not None:
            value, unit = _value(number, unit)
            goals.append(_Goal(op, value, unit, number.start, end))
    yield from _shared(plain, clause, goals)


def _shared(plain: str, clause: tuple[int, int], goals: list[_Goal]) -> Iterator[_Goal]:
    """分别达到95%、98%以上: what is said of the last is said of those joined to it."""
    joined = len(goals) - 1
    while (
        joined > 0
        and goals[joined - 1].op == "="
        and _JOINS.fullmatch(plain, goals[joined - 1].end, goals[joined].start)
    ):
        joined -= 1
    for index, goal in enumerate(goals):
        yield replace(goal, op=goals[-1].op) if index >= joined else goal


def _range(plain: str, clause: tuple[int, int], low: Numeral, high: Numeral) -> Iterator[_Goal]:
    """3至5次: no fewer than the one, no more than the other."""
    unit, end = _unit(plain, high)
    if unit is None or (
        _op(plain, clause, high, unit, end) is None and _op(plain, clause, low, unit, end) is None
    ):
        return
    low_value, low_unit = _value(low, unit)
    high_value, high_unit = _value(high, unit)
    yield _Goal(">=", low_value, low_unit, low.start, low.end)
    yield _Goal("<=", high_value, high_unit, low.start, end)


def _unit(plain: str, number: Numeral) -> tuple[str | None, int]:
    """The measure word behind a number and where it ends; '' where there is none, None where it rules a goal out."""
    if number.kind == "percent":
        return "%", number.end
    if number.kind == "permille":
        return "‰", number.end
    if number.kind == "percent_point":
        return "个百分点", plain.index("个百分点", number.end) + 4
    after = plain[number.end : number.end + 6].lstrip()
    if after.startswith("年") or re.match(r"(?:周?岁|级|届|月(?!份)|世纪|号|楼|层|大(?!型))", after):
        return None, number.end
    found = _UNIT.match(plain, number.end)
    if found is None:
        return ("", number.end) if number.script == "arabic" else (None, number.end)
    if number.script == "chinese" and re.match(
        r"件事|次性|体|把手|系列|线|类似|方面|定|些", plain[number.end :]
    ):
        return None, number.end
    return found["unit"], found.end()


def _value(number: Numeral, unit: str) -> tuple[Decimal, str]:
    """Value and unit as written: 50万元 is 50 万元; 2万份 is 20000 份."""
    if unit == "元":
        for scale, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
            if number.text.endswith(scale):
                return number.value / size, scale + unit
    return number.value, unit


def _op(plain: str, clause: tuple[int, int], number: Numeral, unit: str, end: int) -> Op | None:
    """The comparison that a number stands in, or None where it is no goal."""
    before, after = plain[clause[0] : number.start], plain[end : clause[1]]
    compared = _compared(before)
    if _ruled_out(plain, clause, number, before, after, compared):
        return None
    if compared:
        return compared
    up, down = _UP.match(after), _DOWN.match(after)
    if down and unit.endswith(("小时", "天", "日")) and re.match(r"[^,;]{0,14}率", after):
        return None  # 72小时内办结率: part of the rate's name
    share = number.kind != "number"
    makes = bool(_MAKES.search(before))
    if up or down:
        # 对50万元以上的项目: a threshold of something else, unless a verb before it makes that many.
        threshold = not share and bool(_ATTRIBUTE.match(after)) and not makes
        of_others = (
            not share
            and re.match(r"\s*以[上下]的", after)
            and not re.search(r"(?:达到?|完成|配备|新增)$", before)
        )
        if threshold or of_others:
            return None
        return ">=" if up else "<="
    if number.approximate and (share or makes):
        return ">"
    return "=" if _plain_goal(number, unit, before, after, makes, share) else None


def _compared(before: str) -> Op | None:
    """What the words before a number compare it with; near ones, and a few that may stand at a distance."""
    last = None
    for found in _COMPARISON.finditer(before):
        last = found
    if last is None:
        return ">" if re.search(r"(?<![不赶])超\s*$", before) else None
    gap = before[last.end() :]
    if re.search(r"\d", gap) and not re.search(r"\d[^、\d]{1,10}、$", gap):
        return None  # 不低于90%、满意率95%: said of the first only; 至少1名顾问、3名 is said of both
    limit = 20 if _FAR.fullmatch(last.group()) else 3
    if last.lastgroup in ("gt", "lt") and re.search(r"(?:平均|上年|去年|同期|水平|目标)", gap):
        limit = 20  # 高于全省平均水平5个百分点
    if len(gap) > limit or re.search(r"[,;“”]", gap):
        return None
    operators: dict[str, Op] = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}
    return operators[last.lastgroup or ""]


def _ruled_out(
    plain: str, clause: tuple[int, int], number: Numeral, before: str, after: str, compared: Op | None
) -> bool:
    neighbours = plain[number.start - 1 : number.start] + plain[number.end : number.end + 1]
    if re.search(r"[A-Za-z+×*/]", neighbours):
        return True
    if before.count("“") > before.count("”"):
        # In quotation marks stand names; but “最多80天” is a promise.
        return compared is None or number.script == "chinese" or "“" not in before[-8:]
    if number.script == "chinese" and _CHINESE_JOINED.search(before) and number.kind == "number":
        return True
    if _PERIOD.search(before) or _FACT.search(before) or re.search(r"(?:不足|不到|不满|未满)$", before):
        return True
    # 由60%提高到80%: the first is where it stands today.
    return bool(
        re.search(r"[由从](?:[^,;由从]{0,8})$", before)
        and re.match(
            r"[^,;\d]{0,10}(?:提高|提升|增加|增长|增|上升|扩大|降|压缩|压减|缩短|减少|精简|调整)[^,;\d]{0,6}[到至为]?",
            after,
        )
    )


def _plain_goal(number: Numeral, unit: str, before: str, after: str, makes: bool, share: bool) -> bool:
    """Whether a number without any comparison is a goal all the same."""
    if share:
        return True
    if unit == "":
        return (
            bool(_REACHES.search(before)) and not re.match(r"\s*[、.]", after) and number.script == "arabic"
        )
    if unit == "个月":
        return bool(re.search(r"压缩|缩短|控制", before))
    if number.script == "chinese":
        if number.value == 1:
            return bool(_OFTEN.search(before)) and unit in (
                "次",
                "场",
                "期",
                "轮",
                "遍",
                "件",
                "个",
                "名",
                "堂",
                "节",
                "批",
            )
        return bool(_MAKES_FEW.search(before) or _OFTEN.search(before))
    return makes and not _ABOUT.search(before) and not _ABOUT_NOUN.match(after)


def _covers(sentence: _Sentence, clause: tuple[int, int]) -> _Goal | None:
    """实现全覆盖 is a goal of 100 %; 推进全覆盖 is a direction, unless a day is set for it."""
    plain = sentence.passage.plain
    found = _COVER.search(plain, *clause)
    if (
        found is None
        or plain[found.start() - 1] == "、"
        or plain[found.end() : found.end() + 2] in ("、全", "、无", "、零")
    ):
        return None
    before = plain[clause[0] : found.start()]
    if _FACT.search(before) or re.search(r"已(?:基本)?实现", before):
        return None
    dated = any(when.governs and when.end <= found.start() for when in sentence.dates)
    verb, progress = _COVER_VERB.search(before), _PROGRESS.search(before)
    if dated or (verb and not (progress and progress.start() > verb.start())):
        return _Goal("=", Decimal(100), "%", found.start(), found.end())
    return None
