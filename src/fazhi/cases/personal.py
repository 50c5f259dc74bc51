"""Words that lie beside the chain: taken out of a command before the engine sees it, put back for those who may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fazhi.ledger import commit
from fazhi.ledger.access_log import Reader
from fazhi.procedures import Command, Definition

Kept = commit.Kept


def withhold(d: Definition, c: Command, alg: str) -> tuple[Command, list[Kept]]:
    """The command with commitments in place of free text and personal values, and what is to be kept beside."""
    kept: list[Kept] = []

    def swap(field: str, value: Any) -> Any:
        if isinstance(value, dict) and "commit" in value:
            return value
        commitment, salt = commit.commit(value, alg)
        kept.append(Kept(commitment, salt, value, field, alg))
        return {"commit": commitment}

    fields = dict(d.source.fields)
    action = d.actions.get(c.action)
    part = (action.adds or action.on) if action else None
    if part and part in d.source.parts:
        fields |= d.source.parts[part].fields
    values = {}
    for name, value in c.values.items():
        field = fields.get(name)
        if field is not None and field.beside and value is not None:
            values[name] = (
                [swap(name, v) for v in value]
                if field.many and isinstance(value, list)
                else swap(name, value)
            )
        else:
            values[name] = value
    reason = swap("reason", c.reason) if isinstance(c.reason, str) and c.reason else c.reason
    return (replace(c, values=values, reason=reason) if kept else c), kept


def commitments(value: Any) -> Iterable[str]:
    """Every commitment within a value, however deep."""
    if isinstance(value, Mapping):
        if isinstance(value.get("commit"), str):
            yield value["commit"]
        else:
            for inner in value.values():
                yield from commitments(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from commitments(inner)


def reveal(values: Any, reader: Reader, using: str = "default") -> dict[str, Any]:
    """{commitment: words} for everything in `values`; the reading is logged. Erased ones are `ERASED`."""
    wanted = list(dict.fromkeys(commitments(values)))
    return commit.open_(wanted, reader, using=using) if wanted else {}


def fill_in(value: Any, words: Mapping[str, Any]) -> Any:
    """The value with the revealed words in it; a party's words are merged into its open part."""
    if isinstance(value, Mapping):
        if isinstance(value.get("commit"), str):
            said = words.get(value["commit"])
            rest = {k: v for k, v in value.items() if k != "commit"}
            if isinstance(said, Mapping):
                return {**rest, **said}
            return (
                {**rest, "erased": True} if rest and said is not None and not isinstance(said, str) else said
            )
        return {k: fill_in(v, words) for k, v in value.items()}
    if isinstance(value, list):
        return [fill_in(v, words) for v in value]
    return value
