"""The mirror's columns, and signed facts as an Arrow table. The same columns for every file of one generation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]

from fazhi.figures.catalogue import Catalogue
from fazhi.figures.facts import Row, Signed
from fazhi.figures.model import Shape

_EPOCH = date(1970, 1, 1).toordinal()
FIXED: tuple[tuple[str, Any], ...] = (
    ("position", pa.int64()), ("sign", pa.int8()), ("kind", pa.string()), ("day", pa.date32()), ("case", pa.string()),
    ("county", pa.string()), ("procedure", pa.string()), ("version", pa.string()), ("definition", pa.string()),
    ("item", pa.string()), ("action", pa.string()), ("outcome", pa.string()), ("phase", pa.string()),
    ("clock", pa.string()), ("status", pa.string()), ("organ", pa.string()), ("opened_on", pa.date32()),
    ("imported", pa.bool_()), ("case_phase", pa.string()), ("case_outcome", pa.string()), ("closed", pa.bool_()),
    ("overdue", pa.bool_()),
)  # fmt: skip
_TYPES = {"w_": pa.string(), "n_": pa.int64(), "b_": pa.bool_(), "s_": pa.string()}
_DAYS: dict[str, int] = {}


def schema(catalogue: Catalogue) -> pa.Schema:
    fields = [pa.field(name, kind) for name, kind in FIXED]
    fields += [pa.field("s_" + side, pa.string()) for side in catalogue.sides]
    fields += [pa.field(column, _TYPES[column[:2]]) for column in catalogue.columns]
    return pa.schema(fields)


def table(catalogue: Catalogue, facts: Sequence[Signed]) -> pa.Table:
    """Columns of each shape go to their place; what a shape does not have stays empty."""
    wanted = schema(catalogue)
    if not facts:
        return wanted.empty_table()
    rows = [f.row for f in facts]
    columns: dict[str, Sequence[Any]] = dict(zip(Signed._fields, zip(*facts, strict=True), strict=True))
    columns |= zip(Row._fields, zip(*rows, strict=True), strict=True)
    columns["version"] = [r.shape.version for r in rows]
    for name in ("day", "opened_on"):
        columns[name] = [_day(text) for text in columns[name]]
    sparse: dict[str, list[Any]] = {}
    names: dict[tuple[int, str], tuple[str, ...]] = {}
    for place, row in enumerate(rows):
        if not row.values and not row.sides:
            continue
        key = (id(row.shape), row.kind)
        if key not in names:
            names[key] = _names(row.shape, row.kind)
        for column, value in zip(names[key], (*row.sides, *row.values), strict=True):
            if value is not None:
                if column not in sparse:
                    sparse[column] = [None] * len(rows)
                sparse[column][place] = value
    arrays = []
    for one in wanted:
        if one.name[:2] in _TYPES:
            found = sparse.get(one.name)
            arrays.append(
                pa.nulls(len(rows), one.type) if found is None else pa.array(_fit(found, one.type), one.type)
            )
        else:
            arrays.append(pa.array(columns[one.name], one.type))
    return pa.Table.from_arrays(arrays, schema=wanted)


def _names(shape: Shape, kind: str) -> tuple[str, ...]:
    own = shape.act if kind == "act" else shape.stock if kind in ("enter", "leave") else shape.due
    return (*("s_" + side for side in shape.sides), *own)


def _day(text: str | None) -> int | None:
    """Days since 1970, as Arrow keeps dates."""
    if text is None:
        return None
    found = _DAYS.get(text)
    if found is None:
        found = _DAYS[text] = date.fromisoformat(text).toordinal() - _EPOCH
    return found


def _fit(values: list[Any], kind: pa.DataType) -> list[Any]:
    """A value of another kind than its column's (a definition that changed a field's type) is left out, not guessed."""
    if pa.types.is_int64(kind):
        return [v if type(v) is int else None for v in values]
    if pa.types.is_boolean(kind):
        return [v if type(v) is bool else None for v in values]
    if pa.types.is_string(kind):
        return [v if type(v) is str else None for v in values]
    return values
