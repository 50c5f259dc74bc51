"""The shape of a report definition: mandatory parts, paragraphs with references to figures, and when each is written."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from fazhi.reports.errors import DefinitionError

CONDITION = re.compile(r"([a-z_]+\.[a-z_]+) *(>=|<=|>|<|=) *(-?\d+(?:\.\d+)?)")
Name = Annotated[str, Field(pattern=r"^[a-z_]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ParagraphDef(_Strict):
    """`text` is in the markup of fazhi.reports.markup. `when`: every condition must hold, or it is not written."""

    id: Name
    text: str
    heading: str = ""
    when: tuple[str, ...] = ()

    @field_validator("when")
    @classmethod
    def _readable(cls, conditions: tuple[str, ...]) -> tuple[str, ...]:
        for condition in conditions:
            if not CONDITION.fullmatch(condition):
                raise ValueError(f"条件「{condition}」应形如 penalty.decided > 0")
        return conditions


class PartDef(_Strict):
    """A part that the source demands, or allows (`mandatory` false). `id` is its name in the case's field `contents`."""

    id: Name
    title: str
    law: str
    paragraphs: tuple[ParagraphDef, ...]
    mandatory: bool = True
    hint: str = ""


class ReportDef(_Strict):
    """`issuers`: kinds of organ whose report it is; `kind`: what the case calls them. `scope`: whose cases its figures count."""

    report: Name
    procedure: Name
    issuers: tuple[str, ...] = ("government",)
    kind: Name = "government"
    scope: Literal["county", "organ"] = "county"
    title: str
    law: str
    parts: tuple[PartDef, ...]
    addressee: str = ""
    closing: str = ""
    notes: tuple[str, ...] = ()

    def part(self, id: str) -> PartDef:
        return next(p for p in self.parts if p.id == id)


def parse(data: str, name: str) -> ReportDef:
    """A definition from its text. Raises DefinitionError, with the place of the mistake.

    `extends` names another whose words hold where this one says nothing.
    """
    try:
        read = _whole(data)
        found = ReportDef.model_validate(read)
    except YAMLError as error:
        raise DefinitionError(f"{name}：不是合法的 YAML：{error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(x) for x in first["loc"])
        raise DefinitionError(f"{name}：{place}：{first['msg']}") from None
    keys = [(part.id, p.id) for part in found.parts for p in part.paragraphs]
    if len(set(keys)) < len(keys) or len({p.id for p in found.parts}) < len(found.parts):
        raise DefinitionError(f"{name}：有重复的编号", next="每个部分、部分内每个段落的 id 只能用一次")
    return found


def _whole(data: str) -> Any:
    read = YAML(typ="safe", pure=True).load(data)
    if not isinstance(read, dict) or "extends" not in read:
        return read
    base = files("fazhi.reports").joinpath(f"definitions/{read['extends']}.yaml").read_text("utf-8")
    return {**_whole(base), **{k: v for k, v in read.items() if k != "extends"}}


NAMES = ("annual_report", "annual_report_department", "annual_report_township")


def of(kind: str) -> ReportDef | None:
    """The report that organs of this kind have to make."""
    return next((d for d in map(shipped, NAMES) if kind in d.issuers), None)


@cache
def shipped(name: str = "annual_report") -> ReportDef:
    file = files("fazhi.reports").joinpath(f"definitions/{name}.yaml")
    return parse(file.read_text("utf-8"), file.name)
