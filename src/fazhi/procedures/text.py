"""A composed text: what a document says, before anybody lays it out.

`compose` fills a template with a case's state and makes a `Text`; reports make one from figures; `documents` lays
it out as .docx, HTML or PDF. The text is what an approver sees and what the ledger holds the digest of; its layout
can be made again at any time.

A plain string is a run. The other runs keep what a string would lose: where a figure comes from, what is still
missing, and which words are somebody's personal data. Personal words are not part of the digest (their salted
commitment is), so a text whose personal values were erased still answers to the digest in the ledger.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date as Day  # a field is called date
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from fazhi.errors import UserError

Kind = Literal["official", "form", "report"]
Status = Literal["draft", "issued"]


class TextError(UserError):
    """A stored text that is none; the message is for a clerk."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in running text, linked to its definition, its cases and its moment."""

    value: str  # as printed, without the unit
    figure_id: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that the text needs and the case does not have yet; shown as a blank to fill."""

    label: str


@dataclass(frozen=True, slots=True)
class Masked:
    """Words that were erased, or that this reader may not see."""

    label: str
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal words. `commit` is the salted commitment that the ledger holds for them."""

    text: str
    commit: str
    label: str = ""


Run = str | Figure | Missing | Masked | Personal


@dataclass(frozen=True, slots=True)
class Heading:
    """Levels 1 to 4 are 一、 · （一） · 1. · （1） of GB/T 9704-2012; the number is part of the text."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3, 4):
            raise TextError(f"标题层次只有1至4级，写的是{self.level}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]
    indent: bool = True  # first line two characters in


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[tuple[Run, ...], ...], ...]  # rows of cells of runs
    header: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()  # relative; empty: all alike
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled box of a form; `lines` is its least height in lines."""

    label: str
    runs: tuple[Run, ...] = ()
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Rows:
    """A form: lines of one or more labelled boxes side by side."""

    rows: tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class SignatureLines:
    """Lines to be signed by hand: 当事人（签名或者盖章）：____  ____年__月__日."""

    labels: tuple[str, ...]
    dated: bool = True


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: how a form is filled, where a copy goes."""

    runs: tuple[Run, ...]


Block = Heading | Paragraph | Table | Rows | SignatureLines | PageBreak | Note


@dataclass(frozen=True, slots=True)
class Attachment:
    """Named after the text; with blocks it is printed on pages of its own."""

    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure of a report comes from: one line of the table at its end."""

    figure_id: str
    title: str
    value: str
    definition: str  # how it is counted, in words
    moment: str  # the position and its time
    cases: int | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    kind: Kind
    title: str
    organ: str  # whose document it is
    blocks: tuple[Block, ...] = ()
    number: str | None = None  # 文号, given at the last yes
    addressee: tuple[Run, ...] = ()  # 主送机关 or the party, without the colon
    date: Day | None = None  # 成文日期
    signature: tuple[str, ...] = ()  # signing organs; the leading one first
    signer: str = ""  # 签发人, on a text to a superior organ only
    remark: str = ""  # 附注, without its brackets
    attachments: tuple[Attachment, ...] = ()
    copies_to: tuple[str, ...] = ()  # 抄送
    printed_by: str = ""  # 印发机关
    printed_on: Day | None = None  # 印发日期; the date of the text where none is given
    seal: bool = True
    status: Status = "draft"
    sources: tuple[Source, ...] = ()
    heading: str = (
        ""  # 发文机关标志, such as 某县人民政府文件; without it the organ stands in black above the title
    )

    def to_json(self) -> dict[str, Any]:
        """Canonical form: strings, integers, booleans, lists, objects; fields at their default are left out."""
        encoded = _encode(self)
        assert isinstance(encoded, dict)
        return encoded

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Text:
        text = _decode({"is": "text", **data}, Text, "文书")
        assert isinstance(text, Text)
        return text

    def masked(self) -> Text:
        """The same text without its personal words."""
        return _mask(self)  # type: ignore[no-any-return]

    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the masked text, so that it survives erasure and betrays no name."""
        return hashlib.sha256(canonical(self.masked().to_json())).hexdigest()

    def runs(self) -> Iterator[Run]:
        """Every run of the text, in reading order."""
        yield from _runs(self)

    def missing(self) -> tuple[str, ...]:
        """Labels of what is still to be filled in, each once."""
        return tuple(dict.fromkeys(run.label for run in self.runs() if isinstance(run, Missing)))


def plain(runs: tuple[Run, ...]) -> str:
    """The words of some runs, as a reader without a screen gets them."""
    return "".join(_words(run) for run in runs)


def _words(run: Run) -> str:
    match run:
        case str():
            return run
        case Figure(value=value):
            return value
        case Personal(text=text):
            return text
        case Masked():
            return "＊＊＊"
        case Missing(label=label):
            return f"〔待填：{label}〕"


def canonical(data: object) -> bytes:
    try:
        return json.dumps(
            data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode()
    except UnicodeEncodeError as error:
        raise TextError("文书中有不能保存的字符（不成对的代理码），请删去后重新录入") from error


_NAMES: dict[str, type] = {
    "figure": Figure,
    "missing": Missing,
    "masked": Masked,
    "personal": Personal,
    "heading": Heading,
    "paragraph": Paragraph,
    "table": Table,
    "row": Row,
    "rows": Rows,
    "signature_lines": SignatureLines,
    "page_break": PageBreak,
    "note": Note,
    "attachment": Attachment,
    "source": Source,
    "text": Text,
}
_TAGS = {cls: name for name, cls in _NAMES.items()}
_HINTS: dict[type, dict[str, Any]] = {cls: get_type_hints(cls) for cls in _NAMES.values()}


def _encode(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_encode(one) for one in value]
    if isinstance(value, Day):
        return value.isoformat()
    tag = _TAGS.get(type(value))
    if tag is None:
        return value
    out: dict[str, Any] = {} if tag == "text" else {"is": tag}
    for field in fields(value):
        held = getattr(value, field.name)
        if field.default is MISSING or held != field.default:
            out[field.name] = _encode(held)
    return out


def _decode(data: Any, hint: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin is tuple:
        if not isinstance(data, list | tuple):
            raise TextError(f"{where}应当是列表")
        return tuple(_decode(one, get_args(hint)[0], f"{where}第{n}项") for n, one in enumerate(data, 1))
    if origin is Literal:
        if data not in get_args(hint):
            raise TextError(f"{where}只能是{'、'.join(get_args(hint))}之一，写的是{data!r}")
        return data
    choices = get_args(hint) if origin in (Union, UnionType) else (hint,)
    if data is None and type(None) in choices:
        return None
    if isinstance(data, Mapping):
        return _decode_object(data, choices, where)
    if isinstance(data, str) and Day in choices:
        try:
            return Day.fromisoformat(data)
        except ValueError:
            raise TextError(f"{where}不是日期：{data}") from None
    if type(data) in choices:
        return data
    raise TextError(f"{where}的值不能用在这里：{data!r}")


def _decode_object(data: Mapping[str, Any], choices: tuple[Any, ...], where: str) -> Any:
    cls = _NAMES.get(str(data.get("is")))
    if cls is None or cls not in choices:
        raise TextError(f"{where}的类别“{data.get('is')}”不能用在这里")
    hints = _HINTS[cls]
    given = {name: value for name, value in data.items() if name != "is"}
    if unknown := sorted(given.keys() - hints.keys()):
        raise TextError(f"{where}有不认识的项目：{'、'.join(unknown)}")
    needed = {field.name for field in fields(cls) if field.default is MISSING}
    if absent := sorted(needed - given.keys()):
        raise TextError(f"{where}缺少项目：{'、'.join(absent)}")
    return cls(**{name: _decode(value, hints[name], f"{where}.{name}") for name, value in given.items()})


def _mask(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_mask(one) for one in value)
    if isinstance(value, Personal):
        return Masked(label=value.label, commit=value.commit)
    if type(value) not in _TAGS:
        return value
    return replace(value, **{field.name: _mask(getattr(value, field.name)) for field in fields(value)})


def _runs(value: Any) -> Iterator[Run]:
    match value:
        case Text():
            yield from _runs(value.addressee)
            yield from _runs(value.blocks)
            yield from _runs(value.attachments)
        case Paragraph(runs=runs) | Note(runs=runs) | Row(runs=runs):
            yield from runs
        case Table(rows=rows) | Rows(rows=rows):
            yield from _runs(rows)
        case Attachment(blocks=blocks):
            yield from _runs(blocks)
        case tuple():
            for one in value:
                yield from _runs(one)
        case str() | Figure() | Missing() | Masked() | Personal():
            yield value
