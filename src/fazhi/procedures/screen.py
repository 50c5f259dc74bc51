"""A walked case on the terminal: phase, clocks with their derivation, what may be done and what the law wants first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TextIO

from fazhi.procedures import sentences
from fazhi.procedures.turn import ROLES
from fazhi.procedures.walk import Walk
from fazhi.terminal import pad, paint, width

WEEKDAYS = "一二三四五六日"
_MARKS = {"met": "✓", "not_met": "✗", "unknown": "未载明"}
_STATES = {
    "running": "正在计算", "paused": "暂停计算", "met": "按期办完", "late": "逾期办完", "run_out": "已经届满",
    "given_way": "不再适用",
}  # fmt: skip


@dataclass
class Screen:
    """Shows a walk; remembers what was shown, so that only what has moved is derived anew."""

    walk: Walk
    out: TextIO
    _shown: dict[str, Any] = field(default_factory=dict)

    def say(self, text: str) -> None:
        print(text, file=self.out)

    def show(self) -> None:
        walk, s, d = self.walk, self.walk.state, self.walk.d
        day = f"{walk.today} 星期{WEEKDAYS[walk.today.weekday()]}"
        phase = d.source.phases.get(s.phase, s.phase) if s and s.phase else "尚未开始"
        ended = "（办结）" if s and s.closed_on else ""
        self.say("")
        self.say(paint(f"── {day} · 阶段：{phase}{ended}", "bold", self.out))
        if s is not None and s.pending is not None and s.pending["action"] in d.actions:
            who = "或者".join(self.who(x) for x in walk.approvers())
            title = d.actions[s.pending["action"]].title
            self.say(f"「{title}」等待{who}审批：请输入 同意、退回、不同意 或者 撤回")
        for flaw in (s.flaws if s else [])[len(self._shown.get("flaws", ())) :]:
            self.say(paint(f"  记下程序瑕疵：{flaw['what']}（{flaw['law']}）", "amber", self.out))
        self._shown["flaws"] = list(s.flaws) if s else []
        if walk.run.papers and s is not None and len(s.acts) > self._shown.get("acts", 0):
            papers = "、".join(str(d.documents.get(p, {}).get("title", p)) for p in walk.run.papers)
            self.say(f"  文书：{papers}")
        self._shown["acts"] = len(s.acts) if s else 0
        self.clocks()
        self.offers()

    def clocks(self, everything: bool = False) -> None:
        """Those that run; with their derivation where they are new or have moved, or for all."""
        s = self.walk.state
        if s is None or not s.clocks:
            if everything:
                self.say("现在没有期限。")
            return
        shown: dict[str, Any] = self._shown.get("clocks", {})
        told = {
            n: c
            for n, c in s.clocks.items()
            if everything or c["status"] in ("running", "paused") or n in shown
        }
        moved = {n for n, c in told.items() if shown.get(n) != (c["due"], c["status"])}
        rows = {
            n: c for n, c in told.items() if everything or n in moved or c["status"] in ("running", "paused")
        }
        if rows:
            self.say("期限：")
        wide = max((width(c["title"]) for c in rows.values()), default=0)
        for name, c in rows.items():
            due = (c["due"] or "")[:10] or "未定"
            late = c["status"] == "running" and due < self.walk.today.isoformat()
            light = paint("已超期", "red", self.out) if late else _STATES[c["status"]] + self._left(c)
            law = f"  {c['law']}" if c.get("law") else ""
            self.say(
                f"  {pad(c['title'], wide)}  {due}  {light}{law}"
                + ("  （暂定）" if c.get("provisional") else "")
            )
            if everything or (name in moved and c["status"] == "running"):
                for step in c.get("steps") or ():
                    source = f"  〔{step['law']}〕" if step.get("law") else ""
                    self.say(paint(f"      {step['date'][:10]}  {step['what']}{source}", "dim", self.out))
        self._shown["clocks"] = {n: (c["due"], c["status"]) for n, c in s.clocks.items()}

    def _left(self, c: dict[str, Any]) -> str:
        if c["status"] != "running" or not c["due"]:
            return ""
        days = (date.fromisoformat(c["due"][:10]) - self.walk.today).days
        return f"，还有{days}天" if days else "，今天届满"

    def offers(self) -> None:
        options = self.walk.options()
        if not options:
            if self.walk.state is not None and self.walk.state.pending is None:
                self.say("没有可以办理的动作。")
            return
        self.say("可以办理：")
        for number, option in enumerate(options, 1):
            a = option.action
            law = f"  {self.walk.d.law_of(a.law)}" if a.law else ""
            who = "或者".join(self.who(x) for x in self.walk.doers(a))
            mark = " " if option.open else "✗"
            self.say(f" {mark}{number:>2} {a.title}（由{who or '系统'}）{law}")
            self.gates({a.name}, indent="       ")

    def gates(self, actions: set[str], indent: str = "  ") -> None:
        for need, gate in self.walk.gates(actions):
            o = self.walk.d.actions[gate.action].outcomes.get(gate.outcome)
            only = f"{o.title}：" if o else ""
            words = sentences.requirement(self.walk.d, need)
            level = "" if gate.level == "block" else "（不满足记为程序瑕疵）"
            style: Any = {"met": "green", "not_met": "red"}.get(gate.result, "dim")
            mark = paint(_MARKS[gate.result], style, self.out)
            law = f"  {gate.law}" if gate.law.strip() else ""
            self.say(f"{indent}{mark} {only}{words}{level}{law}")

    def log(self) -> None:
        for number, step in enumerate(self.walk.steps, 1):
            verb = next(
                (v for v in ("do", "agree", "return", "refuse", "withdraw_proposal", "tick") if v in step), ""
            )
            words = {
                "do": "",
                "agree": "同意",
                "return": "退回",
                "refuse": "不同意",
                "withdraw_proposal": "撤回",
                "tick": "时间走到",
            }
            a = self.walk.d.actions.get(str(step[verb]))
            title = a.title if a else str(step[verb])
            outcome = a.outcomes[step["outcome"]].title if a and step.get("outcome") in a.outcomes else ""
            refused = f"  ✗ 被拒绝：{step['refused']['message']}" if "refused" in step else ""
            on = "" if verb == "tick" else step["on"]
            self.say(f"  {number:>2} {on} {words[verb]}{title}{f'（{outcome}）' if outcome else ''}{refused}")

    def who(self, pair: str) -> str:
        side, _, role = pair.partition(".")
        title = self.walk.d.source.sides[side].title if side in self.walk.d.source.sides else side
        return title + ROLES.get(role, role)
