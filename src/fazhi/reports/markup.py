"""A paragraph's text with references: to figures, to last year's, to the change between the two, to what is still to be written.

Stored:  {{figure:penalty.decided}}  {{figure:penalty.decided@-1}}  {{change:penalty.decided}}  {{ask:不足和原因}}  {{year}}
Edited:  【行政处罚决定数】           【上年：行政处罚决定数】        【同比：行政处罚决定数】      【待写：不足和原因】
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fazhi.reports.errors import ReportError

_STORED = re.compile(r"\{\{([^{}]*)\}\}")
_EDITED = re.compile(r"【([^【】]*)】")
_REFERENCE = re.compile(r"(figure|change):([a-z_]+\.[a-z_0-9]+)(@-1)?")
_LAST, _CHANGE, _ASK = "上年：", "同比：", "待写："


@dataclass(frozen=True, slots=True)
class FigureToken:
    """The value of a figure in the report's year, `back` years before."""

    id: str
    back: int = 0


@dataclass(frozen=True, slots=True)
class ChangeToken:
    """How a figure has changed against the year before, in words."""

    id: str


@dataclass(frozen=True, slots=True)
class AskToken:
    """Words that only people can write."""

    label: str


@dataclass(frozen=True, slots=True)
class VarToken:
    """year, last_year, next_year, county, organ: known when a report is begun."""

    name: str


Token = str | FigureToken | ChangeToken | AskToken | VarToken
VARIABLES = ("year", "last_year", "next_year", "county", "organ")


def read(source: str) -> list[Token]:
    """Raises ReportError on a reference that cannot be read."""
    found: list[Token] = []
    at = 0
    for match in _STORED.finditer(source):
        if match.start() > at:
            found.append(source[at : match.start()])
        found.append(_token(match[1].strip()))
        at = match.end()
    if at < len(source):
        found.append(source[at:])
    return found


def _token(inner: str) -> Token:
    if match := _REFERENCE.fullmatch(inner):
        if match[1] == "change":
            return ChangeToken(match[2])
        return FigureToken(match[2], 1 if match[3] else 0)
    if inner.startswith("ask:") and inner[4:].strip():
        return AskToken(inner[4:].strip())
    if inner in VARIABLES:
        return VarToken(inner)
    raise ReportError(
        f"看不懂引用「{{{{{inner}}}}}」", next="请写成 {{figure:编号}}、{{change:编号}}、{{ask:要写的内容}}"
    )


def write(tokens: Iterable[Token]) -> str:
    return "".join(_stored(t) for t in tokens)


def _stored(token: Token) -> str:
    match token:
        case str():
            return token
        case FigureToken(id=id, back=back):
            return f"{{{{figure:{id}{'@-1' if back else ''}}}}}"
        case ChangeToken(id=id):
            return f"{{{{change:{id}}}}}"
        case AskToken(label=label):
            return f"{{{{ask:{label}}}}}"
        case VarToken(name=name):
            return f"{{{{{name}}}}}"


def filled(source: str, variables: Mapping[str, str]) -> str:
    """The source with its variables written out."""
    return write(variables[t.name] if isinstance(t, VarToken) else t for t in read(source))


def figures(source: str) -> Iterator[tuple[str, int]]:
    """(figure, years back) of everything that the text refers to."""
    for token in read(source):
        if isinstance(token, FigureToken):
            yield token.id, token.back
        elif isinstance(token, ChangeToken):
            yield token.id, 0
            yield token.id, 1


def to_edit(source: str, titles: Mapping[str, str]) -> str:
    """For a clerk: figures by their titles. A figure that is no more keeps its id."""
    return "".join(_edited(t, titles) for t in read(source))


def _edited(token: Token, titles: Mapping[str, str]) -> str:
    match token:
        case FigureToken(id=id, back=back):
            return f"【{_LAST if back else ''}{titles.get(id, id)}】"
        case ChangeToken(id=id):
            return f"【{_CHANGE}{titles.get(id, id)}】"
        case AskToken(label=label):
            return f"【{_ASK}{label}】"
        case _:
            return _stored(token)


def from_edit(text: str, titles: Mapping[str, str]) -> str:
    """What a clerk has typed, as it is stored. Raises ReportError for a figure that nobody knows."""
    ids = {title: id for id, title in titles.items()}
    plain = text.replace("{{", "{ {").replace("\r\n", "\n")  # the stored markup is not typed in
    out, at = [], 0
    for match in _EDITED.finditer(plain):
        out += [plain[at : match.start()], _stored(_typed(match[1].strip(), ids, titles))]
        at = match.end()
    return "".join([*out, plain[at:]])


def _typed(inner: str, ids: Mapping[str, str], titles: Mapping[str, str]) -> Token:
    if inner.startswith(_ASK):
        return AskToken(inner.removeprefix(_ASK).strip() or "内容")
    for prefix in (_LAST, _CHANGE, ""):
        title = inner.removeprefix(prefix).strip()
        id = ids.get(title) or (title if title in titles else "")
        if inner.startswith(prefix) and id:
            return ChangeToken(id) if prefix == _CHANGE else FigureToken(id, 1 if prefix == _LAST else 0)
    near = [t for t in ids if inner and (inner in t or t in inner)][:4]
    raise ReportError(
        f"没有名为「{inner}」的指标",
        next=f"是否指：{'、'.join(near)}" if near else "方括号【】里请写指标的名称，可以从“插入指标”里选",
    )
