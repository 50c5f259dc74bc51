"""By what words and by whom a case is found: its title in a list, and those who take part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from fazhi.cases import access, registers
from fazhi.procedures import Definition, State

PEOPLE = frozenset({"person", "officer", "party", "link"})


def title(
    d: Definition, state: State, *, code: Callable[[str, str, State], str], case: Callable[[str], str],
    party: Callable[[dict[str, Any]], str],
) -> str:  # fmt: skip
    """The words by which the case is known. `code` gives a code's title, `case` says which case a link names, `party`
    gives a natural person's name masked."""
    words = []
    fields = d.source.fields
    for name in _names(d).words:
        value = state.values.get(name)
        f = fields[name]
        if not isinstance(value, str) or not (f.find or (f.type == "code" and not words)):
            continue
        said = code(f.codes, value, state) if f.type == "code" else case(value) if f.type == "link" else value
        words.append(said)
    for name, side in d.source.sides.items():
        if side.is_ == "party":
            for x in state.sides.get(name, ())[:2]:
                if isinstance(x, dict):
                    words.append(str(x.get("name") or "") or party(x))
            break
    return " · ".join(w for w in words if w)[:200]


def taking_part(d: Definition, state: State) -> set[tuple[str, str, str]]:
    """(side or field, id, path in the tree) of organs, parties, people and cases, for access and look-up."""
    found: set[tuple[str, str, str]] = set()
    for name, members in state.sides.items():
        side = d.source.sides[name]
        outside = side.is_ == "party" or side.sees == "nothing"  # no path, no line in anybody's list
        for x in members:
            who = x["id"] if isinstance(x, dict) else x
            told = outside or access.told(d, state, name, who)
            path = "" if outside or not told else registers.organ(who).get("path", "")
            found.add((access.written(name, told), who, path))
    for name in _names(d).people:
        if value := state.values.get(name):
            items = value if isinstance(value, list) else [value]
            found |= {(name, x["id"] if isinstance(x, dict) else x, "") for x in items}
    return found


class _Names(NamedTuple):
    """The fields by which a case may be known, and those that name somebody."""

    words: tuple[str, ...]
    people: tuple[str, ...]


_by_hash: dict[str, _Names] = {}


def _names(d: Definition) -> _Names:
    found = _by_hash.get(d.hash)
    if found is None:
        fields = d.source.fields.items()
        found = _by_hash[d.hash] = _Names(
            tuple(k for k, f in fields if f.find or f.type == "code"),
            tuple(k for k, f in fields if f.type in PEOPLE),
        )
    return found
