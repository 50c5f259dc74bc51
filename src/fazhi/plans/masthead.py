"""What the head of a document says of it: title, document number, date. The page around it is passed over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fazhi.plans import dates
from fazhi.plans.passage import Passage, fold

_PLAN_TITLE = re.compile(
    r"(?:意见|方案|要点|计划|安排|规划|纲要|分工|分解|措施|清单|任务书|责任书|任务分工表|任务分解表|任务表|分工表|分解表|台账|行动|路线图|任务)"
    r"(?:的通知)?(?:\([^()]*\))?$"
)
_REPORT_TITLE = re.compile(
    r"(?:报告|汇报|总结|情况|分析|通报|公报|讲话|致辞|白皮书|年报|综述|解读|图解|新闻|问答|工作回顾|工作思路)(?:\([^()]*\))?$"
)
_LAW_TITLE = re.compile(r"(?:[^关]法|条例|办法|规则|章程|决定|公告|细则|规定)(?:\([^()]*\))?$")
_NOT_A_TITLE = re.compile(
    r"[。;!?:]|^(?:主要|重点|工作|目标)*(?:任务|措施|安排)$|^(?:各|《|为|根据|现将|经|请|索引|主题|发布|来源|发文|文号|标题|名称|当前|您|首页|附件|关于.{0,30}的批复)|[>|]"
)
_NUMBER = r"[一-鿿]{1,12}?(?:\(\d{4}\)|\[\d{4}\])\s*(?:第?\s*\d+)\s*号"
_NUMBER_LABEL = re.compile(rf"(?:文\s*号|发文字号|文件编号|发文号)\s*:?\s*(?P<n>{_NUMBER})")
_NUMBER_LINE = re.compile(rf"(?P<n>{_NUMBER})$")
_DAY = r"20\d\d\s*(?:年|-|/|\.)\s*\d{1,2}\s*(?:月|-|/|\.)\s*\d{1,2}\s*日?|二[〇○零][一二三四五六七八九〇○零]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
_DATED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:成文日期|成文时间|发文日期|印发日期|制发日期)\s*:?\s*(?P<d>{_DAY})",
        rf"^(?P<d>{_DAY})$",
        rf"^\(?(?P<d>{_DAY})(?:印发|发布)?\)?$",
        rf"^[^。]{{0,20}}(?:发布日期|发布时间|生成日期|公开日期|时间|日期)\s*:?\s*(?P<d>{_DAY})",
    )
)
_ANNOUNCED = re.compile(
    r"(?:现[将就]|做好|推进|落实|完成|抓好|部署|分解)(?:好)?[^,。;《》\d]{0,6}(20\d\d)年(?!以来|度?考核)"
)
_SIGNS_OFF = re.compile(r"(?:人民政府|办公室|委员会|局|委|厅|领导小组)$")


@dataclass(frozen=True, slots=True)
class Masthead:
    title: str
    number: str
    issued_on: date | None
    year: int | None  # what 今年 and 年底 mean in it
    title_end: int  # place behind the title

    @property
    def is_plan(self) -> bool:
        return bool(_PLAN_TITLE.search(fold(self.title)))

    @property
    def is_report(self) -> bool:
        plain = fold(self.title)
        return bool(_REPORT_TITLE.search(plain)) and not re.search("任务分解|分工|要点|方案", plain)

    @property
    def is_law(self) -> bool:
        plain = fold(self.title)
        return bool(_LAW_TITLE.search(plain)) and not self.is_plan


def read(paragraphs: Sequence[Passage], first_item: int) -> Masthead:
    """The head of a document, whose first numbered item begins at `first_item`."""
    before = [one for one in paragraphs if one.start < first_item]
    place, title = _title(before)
    title_end = before[place].end if place is not None else 0
    number = _document_number(before, paragraphs)
    issued_on = _issued_on(before, _DATED) or _issued_on(paragraphs[-8:], _DATED[1:3])
    years = set(re.findall(r"(20\d\d)\s*年", fold(title)))
    spans_years = re.search(r"20\d\d\s*年?\s*[—~至-]+\s*20\d\d", fold(title))
    year = int(years.pop()) if len(years) == 1 and not spans_years else issued_on.year if issued_on else None
    if year is None and not spans_years:
        year = _year_announced(before)
    return Masthead(title, number, issued_on, year, title_end)


def _year_announced(before: Sequence[Passage]) -> int | None:
    """现将2026年…重点任务分工如下, 为做好2026年…工作: the year of which the notice itself speaks."""
    found = {m[1] for one in before for m in _ANNOUNCED.finditer(one.plain)}
    return int(found.pop()) if len(found) == 1 else None


def _title(before: Sequence[Passage]) -> tuple[int | None, str]:
    """The last line before the text that is a title: the plan's own goes before that of the notice around it."""
    best: tuple[int, int] | None = None
    for index, one in enumerate(before):
        plain = one.plain.strip()
        if (
            "\t" in one.text
            or not 4 <= len(plain) <= 90
            or _NOT_A_TITLE.search(plain)
            or _SIGNS_OFF.search(plain)
        ):
            continue
        kind = _kind(plain)
        # Below a report's title a line such as 2026年重点工作安排 is a heading of the report.
        heading = best is not None and best[0] == 1 and not re.search("[县市区省州旗盟乡镇]", plain)
        if kind and not heading and (best is None or kind > best[0] or kind == best[0] == 2):
            best = (kind, index)
    if best is None:
        return None, ""
    index = best[1]
    title = before[index].text.lstrip("# ")
    if index and _continues(before[index - 1], before[index]):
        title = before[index - 1].text.lstrip("# ") + title
    return index, re.sub(r"\s+", "", title)


def _kind(plain: str) -> int:
    """2 for a plan's title, 1 for that of another paper, 0 for no title."""
    if _PLAN_TITLE.search(plain):
        return 2
    return int(bool(_REPORT_TITLE.search(plain) or _LAW_TITLE.search(plain)))


def _continues(above: Passage, below: Passage) -> bool:
    """Whether a title runs over two lines: the line above is as short, and says no more than its beginning."""
    plain = above.plain.strip()
    if (
        not 4 <= len(plain) <= 40
        or _NOT_A_TITLE.search(plain)
        or _SIGNS_OFF.search(plain)
        or re.search(r"[,\d]$|号$|日$", plain)
    ):
        return False
    return below.start - above.end <= 3 and not _PLAN_TITLE.search(plain) and not re.search("》|通知$", plain)


def _document_number(before: Sequence[Passage], everything: Sequence[Passage]) -> str:
    for pattern, places in ((_NUMBER_LABEL, everything), (_NUMBER_LINE, before)):
        joined = Passage.join(places) if pattern is _NUMBER_LABEL else None
        if joined is not None and (found := pattern.search(joined.plain)):
            return joined.text[found.start("n") : found.end("n")]
        for one in places if joined is None else ():
            if found := pattern.match(one.plain):
                return re.sub(r"\s", "", one.text[found.start("n") : found.end("n")])
    return ""


def _issued_on(before: Sequence[Passage], patterns: Sequence[re.Pattern[str]]) -> date | None:
    joined = "\n".join(one.plain for one in before)
    for pattern in patterns:
        for found in re.finditer(pattern.pattern, joined, re.MULTILINE):
            when = next(iter(dates.find(re.sub(r"\s", "", found["d"]), None)), None)
            if when and when.last:
                return when.last
    return None
