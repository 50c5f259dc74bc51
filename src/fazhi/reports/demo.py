"""Last year's annual reports in the invented county: the government's and one department's, written, frozen, sent, published.

The figures are those of the day on which the report was frozen: the ledger as it stood then. What lies on or after today
is not done, so in January a newcomer sees a report that is still being written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from fazhi.cases import store
from fazhi.cases.demo.stage import Act, Script, Stage, agree
from fazhi.figures import mirror, moments
from fazhi.law import SHANGHAI
from fazhi.ledger import seal
from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.demo import load_demo_organs
from fazhi.reports import editing, freezing
from fazhi.reports.models import Report


@dataclass(frozen=True)
class Story:
    """Who writes, checks and signs whose report; `words`: what only people can write, by the paragraph's key."""

    issuer: str
    compiler: str
    head: str
    signs: str
    to: tuple[str, ...]
    words: dict[str, str]


STORIES = (
    Story(
        "xzf", "sifa", "sfjuzhang", "xianzhang", ("party", "congress", "upper"),
        {
            "own_measures": "完善行政裁量权基准，开展行政执法人员轮训；把法治宣传教育融入执法、复议全过程，主要节点开展专题普法；听取企业对涉企执法的意见，规范入企检查。",
            "own_problems": "有的部门立案以后调查进度把握不紧，临近期限才提请审核；有的执法文书说理不充分。主要原因是办案力量分布不均，法制审核人员配备不足，日常督促没有跟上。",
            "own_first": "县委、县政府主要负责人定期听取法治建设工作汇报，将法治政府建设列入常务会议议题，对复议纠错、超期案件多的单位作出批示、限期整改，带头参加行政诉讼出庭应诉和旁听庭审。",
            "own_next": "对期限管理薄弱的单位开展专项督办，逐案说明原因；配齐配强法制审核人员；对复议中发现的共性问题制发意见书并跟踪落实。",
        },
    ),
    Story(
        "scj", "wenshu1", "juzhang1", "juzhang1", ("party", "government", "upper_department"),
        {
            "own_measures": "推行轻微违法行为不予处罚清单，首次轻微违法以教育为主；在农贸市场、学校周边开展普法宣传，发放以案释法材料。",
            "own_problems": "个别案件调查周期偏长，食品抽检送检与立案衔接不够紧。主要原因是基层所执法人员少、案件集中在下半年。",
            "own_first": "局主要负责人定期召开案件审理会议，重大案件亲自听取法制审核意见，带头学习行政处罚法，督促按期整改督办事项。",
            "own_next": "案件受理与抽检计划同步安排，按月通报期限预警；组织文书说理培训，评查全部普通程序案卷。",
        },
    ),
)  # fmt: skip


def load(progress: Callable[[str], None] | None = None, today: date | None = None) -> int:
    """Write last year's reports; how many. 0: it had been done before, or the year is too young."""
    tell = progress or _tell
    day = today or timezone.localdate()
    if Report.objects.exists():
        tell("  演示年度报告已在，没有改动")
        return 0
    with store.writing() as cursor:
        stage = Stage(load_demo_organs(), day, cursor, tell, "demo/report")
        start = stage.working(date(day.year, 1, 8))
        if start >= day:
            tell("  年初，还没有启动编制")
            return 0
        begun = [(story, _write(stage, story, start)) for story in STORIES]
    seal.seal()
    frozen_on = stage.after(start, 8)
    if frozen_on < day:
        view = mirror.look()
        moment = str(moments.on(view, frozen_on))
        for story, report in begun:
            person = stage.county.people[story.compiler]
            freezing.freeze(report, person, _moment(frozen_on, 10), moment)
        with store.writing() as cursor:
            stage = Stage(load_demo_organs(), day, cursor, tell, "demo/report/sent")
            for story, report in begun:
                ctx = _actor(stage, story, frozen_on)
                freezing.send(report, ctx, _moment(frozen_on, 11))
                stage.start("annual_report", _way(stage, story, report.case, frozen_on))
            stage.play()
        seal.seal()
    tell(f"  {day.year - 1} 年度报告 {len(begun)} 份")
    return len(begun)


def _write(stage: Stage, story: Story, start: date) -> Report:
    ctx = _actor(stage, story, start)
    report = editing.begin(ctx, stage.organ(story.issuer), stage.today.year - 1, _moment(start, 9))
    person = stage.county.people[story.compiler]
    for row in report.paragraphs.all():
        if words := story.words.get(row.key):
            editing.save(row.pk, row.version, words, row.heading, person)
    return Report.objects.select_related("county", "issuer", "organ").get(pk=report.pk)


def _way(stage: Stage, story: Story, case: str, day: date) -> Script:
    """Checked by the head, signed, sent to each who must have it before 1 March, published before 1 April."""
    clerk = f"{story.compiler}/clerk"
    day = stage.after(day, 1)
    yield agree(day, f"{story.head}/head", case=case)
    day = stage.after(day, 3)
    yield Act(day, f"{story.signs}/head", "decide", {}, "approved", case=case)
    day = stage.after(day, 2)
    for n, to in enumerate(story.to, start=1):
        outcome = "last" if n == len(story.to) else "more"
        yield Act(day, clerk, "submit", {"to": to, "reported_on": day.isoformat()}, outcome, case=case)
    day = stage.working(date(stage.today.year, 3, 10))
    yield Act(day, clerk, "publish", {"site": "县政府网站“法治政府建设年度报告”专栏"}, facts={"secret_checked": True}, case=case)  # fmt: skip
    yield agree(stage.after(day, 1), f"{story.head}/head", case=case)


def _actor(stage: Stage, story: Story, on: date) -> ActorContext:
    return actor_for(stage.county.people[story.compiler], stage.county.posts[story.compiler, "clerk"], on)


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
