"""计划任务 handed out by hand, before any plan was read in: of this year, of last year, and one that is late."""

from __future__ import annotations

from datetime import date, timedelta

from fazhi.cases.demo.stage import Act, Script, Stage, agree

# Lead organ, its clerk and head, days before today: assigned, due; how it goes; title.
TASKS = (
    ("fgj", "fagai/clerk", "fagai2/head", 590, 340, "accepted", "清理妨碍统一市场和公平竞争的政策措施"),
    ("zwb", "zhengwu/clerk", "zhengwu2/head", 320, -41, "working", "政务服务事项办事指南逐项核对"),
    ("yjj", "yingji/clerk", "yingji2/head", 300, 12, "working", "突发事件应急预案依法修订"),
    ("dsj", "shuju/clerk", "shuju2/head", 120, -6, "reported", "公共数据目录与责任清单对应"),
)


def begin(stage: Stage) -> None:
    for n, row in enumerate(TASKS, start=1):
        stage.start("plan_task", _task(stage, n, *row))


def _task(stage: Stage, n: int, lead: str, clerk: str, head: str, assigned: int, due: int, fate: str, title: str) -> Script:  # fmt: skip
    day = stage.ago(assigned)
    values = {
        "lead": [stage.organ(lead).id], "cooperating": [stage.organ("sfj").id], "title": title,
        "plan": f"{day.year}年法治政府建设工作要点（演示）", "number": n, "content": f"{title}，形成清单并报送结果。",
        "due": (stage.today - timedelta(days=due)).isoformat(),
    }  # fmt: skip
    yield Act(day, "sifa/clerk", "assign", values)
    day = stage.after(day, 2)
    yield Act(day, clerk, "sign_in")
    end = stage.today - timedelta(days=max(due, 8))
    percent = 0
    while (later := _later(stage, day)) < end:
        day, percent = later, min(percent + 30, 90)
        yield Act(day, clerk, "report", {"progress": "按计划推进，已完成阶段性工作。", "percent": percent})
    if fate == "working":
        return
    day = stage.working(end - timedelta(days=2))
    yield Act(day, clerk, "complete", {"result": "清单已经形成并公布，相关制度同步修改。"})
    day = stage.after(day, 1)
    yield agree(day, head)
    if fate == "accepted":
        yield Act(
            stage.after(day, 3), "jiandu/supervisor", "confirm", {}, "accepted", facts={"targets_met": True}
        )


def _later(stage: Stage, day: date) -> date:
    return stage.working(day + timedelta(days=80))
