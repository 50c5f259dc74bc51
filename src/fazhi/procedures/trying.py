"""`fazhi procedure try`: a case walked through a definition in the terminal, line by line.

The same lines come from a keyboard or from a file: what is asked is printed, what is answered is read. Nothing is stored.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from fazhi.errors import UserError
from fazhi.procedures import answers, sentences
from fazhi.procedures import walk as walking
from fazhi.procedures.model import Action
from fazhi.procedures.screen import Screen
from fazhi.procedures.walk import Walk
from fazhi.terminal import pad, paint

_HELP = (
    ("编号或者名称", "办理列出的动作，随后逐项提问；写成「2 结果=准予 罚款金额=5000」的不再提问"),
    ("同意 退回 不同意 撤回", "对等待审批的事项，后面可以写理由"),
    ("到 2026-04-01，到 +5", "时间走到那一天，届满的期限照规定发生效果"),
    ("期限，要求，记录", "每个期限怎么算出来的，各项法定要求，走过的每一步"),
    ("后退", "取消上一步"),
    ("取消", "提问时：不办这个动作了"),
    ("保存 文件 名称", "把走过的每一步写成情景，接在情景文件的末尾"),
    ("退出", ""),
)
HELP = "可以输入：\n" + "\n".join(f"  {pad(what, 24)}{why}".rstrip() for what, why in _HELP)
_VERBS = {"同意": "agree", "退回": "return", "不同意": "refuse", "撤回": "withdraw_proposal",
          "agree": "agree", "return": "return", "refuse": "refuse", "withdraw": "withdraw_proposal"}  # fmt: skip


class _Ended(Exception):
    """No more input."""


class _Given(Exception):
    """The person gave up the action that was asked about."""


@dataclass
class Talk:
    """One conversation. `read(prompt)` gives the next line, None at the end; `misunderstood` counts lines that said nothing."""

    walk: Walk
    out: TextIO
    read: Callable[[str], str | None]
    misunderstood: int = 0

    def __post_init__(self) -> None:
        self.screen = Screen(self.walk, self.out)

    # ---- the loop ----------------------------------------------------------------------------------------------------

    def hold(self) -> int:
        """Talk until the input ends or says 退出; how many lines were not understood."""
        d = self.walk.d
        self.screen.say(
            paint(d.title, "bold", self.out)
            + f"（依据《{d.statute}》，{d.from_} 起）。输入「帮助」看可以输入什么。"
        )
        try:
            self.ask_parameters()
            self.screen.show()
            while True:
                line = self.line("> ")
                if line in ("退出", "quit", "exit", "q"):
                    break
                if not line:
                    continue
                try:
                    if self.obey(line):
                        self.screen.show()
                except _Given:
                    self.screen.say("没有办理。")
                except UserError as error:
                    self.misunderstood += 1
                    self.screen.say(paint("；".join(error.lines()), "red", self.out))
        except _Ended:
            pass
        return self.misunderstood

    def obey(self, line: str) -> bool:
        """Do what the line says; whether the case has to be shown anew."""
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        match word:
            case "帮助" | "help" | "?" | "？":
                self.screen.say(HELP)
            case "期限" | "clocks":
                self.screen.clocks(everything=True)
            case "要求" | "gates":
                self.screen.gates(set(self.walk.d.actions))
            case "记录" | "log":
                self.screen.log()
            case "后退" | "back":
                if not self.walk.back():
                    raise UserError("已经在起点。", next="请从列出的动作开始。")
                return True
            case "到" | "to":
                for name in self.walk.pass_to(answers.day(rest, self.walk.today)):
                    self.screen.say(f"系统办理了「{self.walk.d.actions[name].title}」。")
                return True
            case "保存" | "save":
                self.save(rest)
            case _ if word in _VERBS:
                return self.approve(_VERBS[word], rest)
            case _:
                return self.act(line)
        return False

    # ---- acting ------------------------------------------------------------------------------------------------------

    def act(self, line: str) -> bool:
        name, given = _inline(line)
        if self.walk.state is not None and self.walk.state.pending is not None:
            raise UserError("有事项正在等待审批。", next="请先「同意」「退回」「不同意」或者「撤回」。")
        options = [o.action for o in self.walk.options()]
        name, _, outcome = name.partition(".") if not name[:1].isdecimal() else (name, "", "")
        a = self.walk.d.actions[self.pick({x.name: x.title for x in options}, name, "动作")]
        step = self.step(a, outcome, given, asking="=" not in line)
        return self.told(self.walk.take(step))

    def step(self, a: Action, outcome: str, given: dict[str, str], asking: bool) -> walking.Step:
        """What the act needs, from the line itself or by asking."""
        d, today = self.walk.d, self.walk.today
        step: walking.Step = {"do": a.name, "on": today.isoformat()}
        outcomes = {o.name: o.title for o in self.walk.outcomes(a)}
        outcome = _take(given, "outcome", "结果", "处理结果") or outcome
        if outcomes:
            if outcome or asking:
                outcome = self.pick(outcomes, outcome, "处理结果")
            step["outcome"] = outcome
        part = a.adds or a.on or ""
        if a.on and self.walk.state is not None:
            rows = {str(i): self.row(a.on, r) for i, r in enumerate(self.walk.state.parts.get(a.on, []))}
            wanted = _take(given, "part", "分项")
            if wanted or (rows and asking and len(rows) > 1):
                step["part"] = int(self.pick(rows, wanted, d.source.parts[a.on].title))
            elif rows:
                step["part"] = 0
        by = _take(given, "by", "由", "办理人")
        reason = _take(given, "reason", "理由") if "reason" not in d.source.fields else ""
        values = self.values(a, outcome, part, given, asking)
        doers = {x: self.screen.who(x) for x in self.walk.doers(a, values)}
        if by or (asking and len(doers) > 1):
            step["by"] = self.pick(doers, by, "由谁办理")
        elif doers:
            step["by"] = next(iter(doers))
        if values:
            step["values"] = values
        if reason:
            step["reason"] = reason
        facts, lookups = self.facts(a, outcome, values, given, asking)
        if facts:
            step["facts"] = facts
        if lookups:
            step["lookups"] = lookups
        if given:
            raise UserError(
                f"「{a.title}」不填写「{'、'.join(given)}」。",
                next="请核对名称；直接输入动作的编号，会逐项提问。",
            )
        return step

    def values(
        self, a: Action, outcome: str, part: str, given: dict[str, str], asking: bool
    ) -> dict[str, Any]:
        d = self.walk.d
        found: dict[str, Any] = {}
        for ask in self.walk.asks(a, outcome):
            f = answers.field_of(d, ask.field, part)
            side = d.source.sides.get(ask.field)
            title = f.title if f else side.title if side else ask.field
            text = _take(given, ask.field, title)
            if not text and side is not None and side.is_ != "party":
                if ask.required:
                    found[ask.field] = answers.side_value(ask.field, side, "")
                continue
            while True:
                if not text and asking:
                    text = self.question(ask.field, title, f, ask.required)
                if not text:
                    break
                try:
                    if f is not None:
                        found[ask.field] = answers.field_value(f, text, d, self.walk.today)
                    elif side is not None:
                        found[ask.field] = answers.side_value(ask.field, side, text)
                    break
                except UserError as error:
                    self.mistake(error, asking)
                    text = ""
        return found

    def facts(
        self, a: Action, outcome: str, values: dict[str, Any], given: dict[str, str], asking: bool
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        d = self.walk.d
        facts: dict[str, Any] = {}
        lookups: dict[str, Any] = {}
        asked, looked = self.walk.questions(a, outcome, values)
        for name in d.facts:
            fact = d.facts[name]
            text = _take(given, name, fact.title) if fact.value is None else ""
            if not text and (not asking or name not in (*asked, *looked)):
                continue
            while True:
                if not text:
                    source = "（查询其他案件的结果）" if name in looked else ""
                    law = f"〔{d.law_of(fact.law)}〕" if fact.law else ""
                    hint = answers.HINTS.get(fact.type, "")
                    text = self.line(f"  {fact.title}{source}{law}［{hint}；不知道的留空］：", answer=True)
                if not text:
                    break
                try:
                    value = answers.fact_value(fact.type, text, self.walk.today)
                except UserError as error:
                    self.mistake(error, asking)
                    text = ""
                    continue
                if fact.source.lookup is not None:
                    lookups[name] = {"value": value, "found": []}
                else:
                    facts[name] = value
                break
        return facts, lookups

    def approve(self, verb: str, reason: str) -> bool:
        approvers = self.walk.approvers()
        if not approvers:
            raise UserError("没有等待审批的事项。", next="请从列出的动作中选择。")
        if verb in ("return", "refuse") and not reason:
            reason = self.line("  理由：", answer=True)
        state = self.walk.state
        assert state is not None
        assert state.pending is not None
        by = approvers[0]
        if verb == "withdraw_proposal":
            by = self.walk.doers(self.walk.d.actions[state.pending["action"]])[0]
        return self.told(self.walk.take(walking.approval(verb, self.walk, by, reason)))

    def told(self, refusals: tuple[Any, ...]) -> bool:
        if refusals:
            self.screen.say(paint("不能办理：", "red", self.out))
            for refusal in refusals:
                self.screen.say(f"  ✗ {refusal}")
            return False
        return True

    def save(self, rest: str) -> None:
        name, _, title = rest.partition(" ")
        if not name or not title.strip():
            raise UserError("请写明文件和情景的名称。", next="如：保存 a.scenarios.yaml 当场补正后受理")
        if not self.walk.steps:
            raise UserError("还没有走任何一步，没有可以保存的。", next="请先办理。")
        path = Path(name)
        try:
            present = path.read_text(encoding="utf-8") if path.exists() else ""
            text = walking.saved(self.walk, title.strip(), present)
            path.write_text(text, encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"文件「{name}」不能读写。", next="请核对路径和权限。") from error
        self.screen.say(f"已写入 {name}，共{len(self.walk.steps)}步。")

    # ---- asking ------------------------------------------------------------------------------------------------------

    def ask_parameters(self) -> None:
        """What province and county set: without it a limit that leans on it has no end."""
        for name in walking.unknown_parameters(self.walk):
            p = self.walk.d.source.parameters[name]
            text = self.line(f"参数「{p.title}」［没有规定的留空］：", answer=True)
            if text:
                self.walk.parameters[name] = answers.fact_value(p.type, text, self.walk.today)
        self.walk._again()

    def question(self, name: str, title: str, f: Any, required: bool) -> str:
        listed = answers.choices(f, self.walk.d, self.walk.run.codes.get(name, {})) if f is not None else {}
        if listed:
            self.screen.say(
                "".join(f"    {i} {words}\n" for i, words in enumerate(listed.values(), 1)).rstrip("\n")
            )
        hint = answers.HINTS.get(f.type if f is not None else "party", "")
        many = "可以多个，用顿号分开" if f is not None and f.many else ""
        notes = "；".join(x for x in (hint, many, "" if required else "选填") if x)
        text = self.line(f"  {title}{f'[{notes}]' if notes else ''}: ", answer=True)
        return text

    def pick(self, options: dict[str, str], given: str, what: str) -> str:
        """One of several; asked for where the line does not say it."""
        if given:
            return answers.chosen(options, given)
        if len(options) == 1:
            return next(iter(options))
        for i, title in enumerate(options.values(), 1):
            self.screen.say(f"    {i} {title}")
        while True:
            text = self.line(f"  {what}: ", answer=True)
            try:
                return answers.chosen(options, text)
            except UserError as error:
                self.mistake(error, True)

    def mistake(self, error: UserError, asking: bool) -> None:
        """Say it and ask again; where the line said everything itself, give it up."""
        if not asking:
            raise error
        self.misunderstood += 1
        self.screen.say(paint("  " + "；".join(error.lines()), "red", self.out))

    def line(self, prompt: str, answer: bool = False) -> str:
        text = self.read(prompt)
        if text is None:
            raise _Ended
        text = text.strip().replace("\u3000", " ")
        if answer and text in ("取消", "cancel"):
            raise _Given
        return text

    def row(self, part: str, row: dict[str, Any]) -> str:
        shown = [str(v) for k, v in row.items() if k not in ("index", "phase") and isinstance(v, str | int)]
        phase = self.walk.d.source.parts[part].phases.get(row.get("phase", ""), "")
        return f"第{row['index'] + 1}项 {' '.join(shown)} {phase}".strip()


def _inline(line: str) -> tuple[str, dict[str, str]]:
    """`decide fine=5000 办理人=agency.head` → ("decide", {…}); a value runs to the next name with =."""
    first, *rest = re.split(r"\s+(?=[^\s=]+=)", line.strip())
    given = {}
    for piece in rest:
        key, _, value = piece.partition("=")
        given[key.strip()] = value.strip()
    return first.strip(), given


def _take(given: dict[str, str], *names: str) -> str:
    for name in names:
        if name in given:
            return given.pop(name)
    return ""


def as_json(walk: Walk) -> dict[str, Any]:
    """Where the case stands at the end of the walk."""
    s, d = walk.state, walk.d
    options = walk.options()
    gates = walk.gates({o.action.name for o in options})
    return {
        "procedure": d.name, "version": d.from_.isoformat(), "today": walk.today.isoformat(),
        "phase": s.phase if s else "", "closed": bool(s and s.closed_on), "outcome": s.outcome if s else "",
        "pending": s.pending["action"] if s and s.pending else None,
        "clocks": [
            {"id": k, "title": c["title"], "status": c["status"], "due": c["due"], "law": c.get("law", ""), "steps": c.get("steps", [])}
            for k, c in (s.clocks if s else {}).items()
        ],
        "offers": [
            {"action": o.action.name, "title": o.action.title, "open": o.open, "blocked": [str(b) for b in o.blockers]} for o in options
        ],
        "needs": [
            {"action": g.action, "outcome": g.outcome, "what": sentences.requirement(d, n), "law": g.law, "level": g.level, "result": g.result}
            for n, g in gates
        ],
        "flaws": [f["what"] for f in s.flaws] if s else [],
        "steps": walk.steps,
    }  # fmt: skip


def from_stream(stream: TextIO, out: TextIO) -> Callable[[str], str | None]:
    """Lines of a file or pipe, echoed behind what they answer; what stands behind # is for the reader."""

    def read(prompt: str) -> str | None:
        for line in stream:
            if line.lstrip().startswith("#"):
                continue
            text = line.rstrip("\n")
            print(prompt + text, file=out)
            return text
        print(file=out)
        return None

    return read


def from_keyboard(prompt: str) -> str | None:
    """A line that was typed; None for Ctrl-D and Ctrl-C."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  arrow keys and earlier lines, where the system has it
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt):
        print()
        return None


def begin(d: Any, calendar: Any, on: date, beside: dict[str, Any] | None) -> Walk:
    """A walk on a day; parameters and codes of the scenario file beside the definition, if there is one."""
    given = beside or {}
    parameters = {k: v for k, v in (given.get("parameters") or {}).items() if k in d.source.parameters}
    return Walk(d, calendar, on, parameters, dict(given.get("codes") or {}))
