"""Whether a number in a clause of a plan is a goal, and which: its measure word, and the comparison it stands in.

A number is a goal when its words say so: a comparison (不低于, 以上, 至少), a share, or a count after a verb that makes
something (建成, 培训). Facts (现有21个), what the work is about (围绕5个方面) and the thresholds of other things
(50万元以上的项目) are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from fazhi.plans.values import Op
from fazhi.reading.numerals import Numeral

_MEASURES = """
    个工作日 工作日 个月 小时 分钟 公里 千米 平方米 平方公里 立方米 公顷 千瓦 千克 公斤 元 学时 课时 人次 场次 家次 件次 户次 班次 批次 车次 例次
    人 名 位 个 件 项 宗 起 次 场 期 批 家 户 所 处 座 间 台 辆 套 份 册 本 篇 部 条 款 例 支 只 张 块 片 亩 米 吨 轮 遍 回 类 种
    门 堂 节 天 日 倍 分 对 幅 面 栋 组 周 盏 株 页 卷 集 档 堵 枚
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
    r"演练|考[试核]|测试|服务|惠及|援助|压缩|压减|缩短|降低|下降|[降减增提缩升压][至到]|提高|提升|提速|增长|减少|控制|精简|取消|下放|归集|拥有|"
    r"安排|投入|落实.{0,6}经费|每年|每季度?|每月|每半年|每周|全年|年内|任期内|人均|每万人|每[村人]|每个"
)
_MAKES_FEW = re.compile(
    r"(?:培育|建成|新建|打造|创建|创成|新增|完成|组织|开展|举办|召开|评选|选树|培养|配备|设立|成立|进行|安排|接受|参加|发布|公布|印发|出台|"
    r"听取|研究|报告|督察|督查|抽查|评查|检查)[^,;、]{0,6}$"
)
_OFTEN = re.compile(r"每(?:[两三]?年|半年|季度?|月|周|个月)[^,;]{0,20}$")
_BY_THEN = re.compile(r"(?:月底?|年底|季度末?)前(?:至少)?(?:组织|开展|举办|召开|进行)$")
FACT = re.compile(
    r"现有|已有|目前|现已|已建|已达|已经|已完成|已在|累计已|原有|原来|过去|(?<![较比与同在超])(?:去年|上年|上一年)"
)
_OF_WHAT = re.compile(r"\s*(?:\(含(?:本数)?\))?(?:及|或|和)?以[上下]\s*[一-鿿]")
_REACHES = re.compile(r"(?:达到|达|为|至|到|是|率|比|度|指数|得分|评分|数)$")
_PERIOD = re.compile(r"(?:每|近|今后|未来|(?<![年月日底末内])前|后|第|上|隔)$")
# 围绕5个方面, 对3个乡镇: a count of what the work is about, not of what it is to bring about.
_ABOUT = re.compile(
    r"(?:围绕|聚焦|针对|对|在|把|将|按照?|坚持|突出|抓[好住]|落实|推行|推进|执行|贯彻|实行|涉及|包括|涵盖|以|从|这|那|上述|其中|扣|倒扣|加|记)"
    r"(?:好|全部|以下|下列|这)?$"
)
_ABOUT_NOUN = re.compile(r"\s*(?:重点|关键|主要)?(?:领域|方面|环节|行业|层面|维度|阶段|步骤|要素|原则)")
_CHINESE_JOINED = re.compile(r"[统同进单唯万专第划合归]$")
_JOINS = re.compile(r"\s*[、和及与]\s*")
_TO = re.compile(r"\s*[—~至到-]{1,2}\s*")
_NEW_HAS = re.compile(r"(?:达到?|完成|配备|新增|建立|组建|建成|培育|培训|引进|选聘|聘请|形成)$")
_NO_MEASURE = re.compile(r"\s*(?:年|分之|周?岁|级|届|月(?!份)|世纪|号|楼|层|大(?!型))")
_ONE_OF_A_NAME = re.compile(r"件事|次性|体|把手|系列|线|类似|方面|定|些")
_COUNTED_ONCE = frozenset("次场期轮遍件个名堂节批")
_TIMES = frozenset(("小时", "分钟", "天", "日", "工作日", "个工作日", "周"))
_SHORTER = re.compile(r"压缩|压减|缩短|减少|控制|提速|时限|时间|培训|轮训|集训|脱产|学习|达到|实现")
_RANK = re.compile(r"(?:位居|位列|进入|排名|全国|全省|全市|全县)[^,;]{0,4}前$")  # 位居全省前30%
_NEVER = re.compile(r"(?:不发生|不出现|未发生|杜绝|避免|防止|严禁)[^,;]{0,6}$")
_FROM = re.compile(r"[由从](?:[^,;由从]{0,8})$")
_TO_BECOME = re.compile(r"[^,;\d]{0,10}(?:提高|提升|增加|增长|增|上升|扩大|降|压缩|压减|缩短|减少|精简|调整)")


@dataclass(frozen=True, slots=True)
class Goal:
    """A number that is a goal, with the place of the number and its measure word in the sentence."""

    op: Op
    value: Decimal
    unit: str
    start: int
    end: int


def goals(plain: str, clause: tuple[int, int], numbers: list[Numeral]) -> list[Goal]:
    """The goals among the numbers of a clause of a folded sentence."""
    found: list[Goal] = []
    for number, following in zip_longest(numbers, numbers[1:]):
        if found and found[-1].end > number.start:
            continue  # the upper end of a range
        unit, end = _unit(plain, number)
        if following and _TO.fullmatch(plain, number.end, following.start):
            found.extend(_range(plain, clause, number, following))
        elif unit is not None and (op := _op(plain, clause, number, unit, end)):
            found.append(Goal(op, *_value(number, unit), number.start, end))
    return list(_shared(plain, found))


def _shared(plain: str, goals: list[Goal]) -> Iterator[Goal]:
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


def _range(plain: str, clause: tuple[int, int], low: Numeral, high: Numeral) -> Iterator[Goal]:
    """3至5次: no fewer than the one, no more than the other."""
    unit, end = _unit(plain, high)
    if unit is None or not any(_op(plain, clause, one, unit, end) for one in (low, high)):
        return
    yield Goal(">=", *_value(low, unit), low.start, low.end)
    yield Goal("<=", *_value(high, unit), low.start, end)


def _unit(plain: str, number: Numeral) -> tuple[str | None, int]:
    """The measure word behind a number and where it ends; '' where there is none, None where it rules a goal out."""
    if number.kind == "percent":
        return "%", number.end
    if number.kind == "permille":
        return "‰", number.end
    if number.kind == "percent_point":
        return "个百分点", plain.index("个百分点", number.end) + 4
    found = _UNIT.match(plain, number.end)
    if _NO_MEASURE.match(plain, number.end):
        return None, number.end
    if found is None:
        return ("", number.end) if number.script == "arabic" else (None, number.end)
    if number.script == "chinese" and _ONE_OF_A_NAME.match(plain, number.end):
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
    if _ruled_out(plain, number, before, after, compared):
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
        brought_about = _NEW_HAS.search(before) or _OFTEN.search(before)
        of_others = re.match(r"\s*以[上下]的", after) or not makes or (up and _ABOUT.search(before))
        if not share and _OF_WHAT.match(after) and of_others and not brought_about:
            return None
        return ">=" if up else "<="
    if not share and re.match(r"\s*\d", after):
        return None  # 实现3个100%
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


def _ruled_out(plain: str, number: Numeral, before: str, after: str, compared: Op | None) -> bool:
    neighbours = plain[number.start - 1 : number.start] + plain[number.end : number.end + 1]
    if re.search(r"[A-Za-z+×*/]", neighbours):
        return True
    if before.count("“") > before.count("”"):
        # In quotation marks stand names; but “最多80天” is a promise.
        return compared is None or number.script == "chinese" or "“" not in before[-8:]
    if number.script == "chinese" and _CHINESE_JOINED.search(before) and number.kind == "number":
        return True
    if (
        _NEVER.search(before)
        or (_PERIOD if number.kind == "number" else _RANK).search(before)
        or FACT.search(before)
        or re.search(r"(?:不足|不到|不满|未满)$", before)
    ):
        return True
    # 由60%提高到80%: the first is where it stands today.
    return bool(_FROM.search(before) and _TO_BECOME.match(after))


def _plain_goal(number: Numeral, unit: str, before: str, after: str, makes: bool, share: bool) -> bool:
    """Whether a number without any comparison is a goal all the same."""
    if share:
        return True
    if unit == "":
        return bool(_REACHES.search(before) and re.match(r"\s*(?:$|[,)”]|左右)", after))
    if unit == "个月":
        return bool(re.search(r"压缩|缩短|控制", before))
    if number.script == "chinese":
        if number.value == 1:  # 每年开展一次, 6月底前组织一次; elsewhere 一次 is rarely a number
            return bool(_OFTEN.search(before) or _BY_THEN.search(before)) and unit in _COUNTED_ONCE
        return bool(_MAKES_FEW.search(before) or _OFTEN.search(before))
    if unit in _TIMES and (not _SHORTER.search(before) or number.value == 24):
        return False  # 24小时自助服务点, 365天
    return makes and not _ABOUT.search(before) and not _ABOUT_NOUN.match(after)
