"""A condition in a lawyer's words, where it is simple enough to be put into a sentence.

`done('notify') && fine <= fine_notified` → 已办理「告知拟处罚内容和权利」，并且罚款金额不超过告知的罚款金额. What has no such form
(arithmetic, conditions over rows) gives None, and the words of the definition's own `else` stand in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fazhi.procedures.model import Definition, Need

_TOKEN = re.compile(
    r"\s*(?:(?P<op>\|\||&&|[=!<>]=|[<>!()\[\],])|(?P<str>'[^']*'|\"[^\"]*\")|(?P<num>\d+)|(?P<name>[a-z_][a-z_0-9.]*))",
    re.I,
)
_COMPARE = {"==": "是", "!=": "不是", "<=": "不超过", ">=": "不少于", "<": "少于", ">": "超过"}
_NORM = re.compile("应当|不得|可以|只有|不能|须|以内|最多|至少|请办理")


class _Unsaid(Exception):
    """No simple sentence for this."""


def requirement(d: Definition, need: Need) -> str:
    """What the law asks for, said positively; its `else` where that is a rule itself or nothing simpler can be said."""
    if _NORM.search(need.otherwise):
        return need.otherwise
    return condition(d, need.that.source) or f"没有「{need.otherwise}」的情形"


def condition(d: Definition, source: str, row: str = "") -> str | None:
    """The condition in words, or None. `row`: the part whose fields it may name."""
    try:
        parser = _Parser(d, _tokens(source), row)
        said = parser.either()
        return said if parser.at_end() else None
    except _Unsaid:
        return None


_WORDS = {
    "&&": "，并且",
    "||": "，或者",
    "==": "是",
    "!=": "不是",
    "<=": "不超过",
    ">=": "不少于",
    "?": "时为",
    ":": "，否则为",
}


def loosely(d: Definition, source: str) -> str:
    """A condition that has no sentence, with names for what has one: nearer to words than to a formula, never exact."""
    parser = _Parser(d, [], "")

    def act(found: re.Match[str]) -> str:
        names = [x.strip().strip("'\"") for x in found[2].split(",")]
        try:
            if found[1] == "elapsed":
                clock = names[0].split(".")[-1]
                clocks = {**d.clocks, **{k: c for cs in d.part_clocks.values() for k, c in cs.items()}}
                return f"「{clocks[clock].title}」已经届满"
            said = f"已办理「{parser.act(names[0])}」"
            return f"{parser.act(names[1])}之后{said}" if found[1] == "done_after" else said
        except (_Unsaid, KeyError, IndexError):
            return found[0]

    def name(found: re.Match[str]) -> str:
        try:
            return parser.title(found[0])
        except _Unsaid:
            return found[0]

    said = re.sub(r"\b(done|done_after|elapsed)\(([^()]*)\)", act, source)
    said = re.sub(r"!(?=[已「])", "没有", said)
    said = re.sub(r"(?<![\w'.「])[a-z_][a-z_0-9]*(?![\w'(」])", name, said)
    said = re.sub(
        r"(所处阶段\s*[!=]=\s*)'(\w+)'", lambda m: f"{m[1]}「{d.source.phases.get(m[2], m[2])}」", said
    )
    for sign, word in _WORDS.items():
        said = re.sub(rf"\s*{re.escape(sign)}\s*", word, said)
    return said.replace("!", "不是 ")


def _tokens(source: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = source.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Unsaid
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Parser:
    """Recursive descent over `||`, `&&`, `!` and the few forms of which most requirements consist."""

    def __init__(self, d: Definition, tokens: list[tuple[str, str]], row: str) -> None:
        self.d, self.tokens, self.at = d, tokens, 0
        s = d.source
        self.fields: Mapping[str, Any] = dict(s.fields)
        if row and row in s.parts:
            self.fields = {**self.fields, **s.parts[row].fields}
        else:
            for part in s.parts.values():
                self.fields = {**part.fields, **self.fields}

    def at_end(self) -> bool:
        return self.at >= len(self.tokens)

    def peek(self) -> str:
        return "" if self.at_end() else self.tokens[self.at][1]

    def take(self, text: str = "") -> str:
        if self.at_end() or (text and self.peek() != text):
            raise _Unsaid
        self.at += 1
        return self.tokens[self.at - 1][1]

    def either(self) -> str:
        said = [self.both()]
        while self.peek() == "||":
            self.take()
            said.append(self.both())
        return "，或者".join(said)

    def both(self) -> str:
        said = [self.plain()]
        while self.peek() == "&&":
            self.take()
            said.append(self.plain())
        return "，并且".join(said)

    def plain(self) -> str:
        if self.peek() == "!":
            self.take()
            return self.negated()
        if self.peek() == "(":
            self.take()
            said = self.either()
            self.take(")")
            return f"（{said}）"
        return self.atom()

    def negated(self) -> str:
        name = self.peek()
        if name == "elapsed":
            return f"「{self._clock()}」没有届满"
        if name == "done":
            return f"没有办理「{self._act()}」"
        if name in ("done_after", "("):
            raise _Unsaid
        what = self.take()
        if not self._is_bool(what):
            raise _Unsaid
        return f"不属于「{self.title(what)}」"

    def atom(self) -> str:
        name = self.peek()
        if name == "done":
            return f"已办理「{self._act()}」"
        if name == "elapsed":
            return f"「{self._clock()}」已经届满"
        if name == "done_after":
            return f"已办理「{self._later()}」"
        if name == "size":
            self.take()
            self.take("(")
            what = self.title(self.take())
            self.take(")")
            return f"{what}{self._comparison('')}"
        what = self.take()
        if self.peek() in _COMPARE:
            return f"{self.title(what)}{self._comparison(what)}"
        if self.peek() == "in":
            self.take()
            return self._listed(what)
        if not self._is_bool(what):
            raise _Unsaid
        return self.title(what)

    def _is_bool(self, name: str) -> bool:
        return name in self.d.facts or getattr(self.fields.get(name), "type", "") == "bool"

    def _later(self) -> str:
        self.take("done_after")
        self.take("(")
        said = self.act(self.take())
        self.take(",")
        self.take()
        self.take(")")
        return said

    def _comparison(self, left: str) -> str:
        sign = _COMPARE[self.take()]
        kind = "" if self.at_end() else self.tokens[self.at][0]
        value = self.take()
        if kind == "name":
            return f"{sign}{self.title(value)}"
        return f"{sign}{self.value(left, value)}"

    def _listed(self, name: str) -> str:
        self.take("[")
        values = [self.take()]
        while self.peek() == ",":
            self.take()
            values.append(self.take())
        self.take("]")
        if set(values) == {"true", "false"}:
            return f"已经认定是否{self.title(name)}"
        ending = "之一" if len(values) > 1 else ""
        return f"{self.title(name)}是" + "、".join(self.value(name, v) for v in values) + ending

    def _act(self) -> str:
        self.take()
        self.take("(")
        said = self.act(self.take())
        self.take(")")
        return said

    def _clock(self) -> str:
        self.take("elapsed")
        self.take("(")
        name = self.take().strip("'\"").split(".")[-1]
        self.take(")")
        clock = self.d.clocks.get(name)
        clock = clock or next((c[name] for c in self.d.part_clocks.values() if name in c), None)
        if clock is None:
            raise _Unsaid
        return clock.title

    def act(self, quoted: str) -> str:
        name, _, outcome = quoted.strip("'\"").partition(".")
        action = self.d.actions.get(name)
        if action is None:
            raise _Unsaid
        said = action.outcomes[outcome].title if outcome in action.outcomes else ""
        return f"{action.title}（{said}）" if said else action.title

    def title(self, name: str) -> str:
        s = self.d.source
        if name == "phase":
            return "所处阶段"
        for table in (s.facts, self.fields, s.sides, s.parts):
            if name in table:
                return str(table[name].title)
        if name.startswith("param_") and name[6:] in s.parameters:
            return s.parameters[name[6:]].title
        raise _Unsaid

    def value(self, name: str, text: str) -> str:
        plain = text.strip("'\"")
        field = self.fields.get(name)
        if name == "phase" and plain in self.d.source.phases:
            return f"「{self.d.source.phases[plain]}」"
        if text == plain:
            return f"{int(plain) / 100:g}元" if field is not None and field.type == "money" else plain
        if field is not None and plain in field.choices:
            return f"「{field.choices[plain]}」"
        raise _Unsaid
