"""What the public may read of a paper: made from the paper as signed, by the masks that its act recorded (`discloses`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fazhi.cases import papers
from fazhi.cases.casefile import CaseFile
from fazhi.cases.models import Paper
from fazhi.procedures.public import Public, public

NATURAL = frozenset({"citizen"})


def disclosure(file: CaseFile, paper: Paper) -> Mapping[str, Any]:
    """What the act that made this paper said of its publication; empty where it is not for the public, or not issued yet."""
    entry = next((e for e in file.entries if e.seq == paper.seq), None)
    form = file.d.documents.get(paper.template, {}).get("kind", "official") != "official"
    return entry.discloses if entry is not None and entry.kind != "proposed" and not form else {}


def version(file: CaseFile, paper: Paper) -> Public | None:
    """The paper for the public. The caller has checked access and logs the reading."""
    told = disclosure(file, paper)
    if not told:
        return None
    people: list[str] = []
    withheld: dict[str, str] = {}
    for name in told.get("masks", ()):
        for member in file.state.sides.get(name, ()):
            if isinstance(member, dict) and member.get("kind") in NATURAL:
                commit = str(member.get("commit", ""))
                withheld[commit] = "自然人身份信息"
                said = file.words.get(commit)
                if isinstance(said, Mapping) and said.get("name"):
                    people.append(str(said["name"]))
        if name in file.d.source.fields:
            title = file.d.source.fields[name].title
            withheld |= dict.fromkeys(_commitments(file.state.values.get(name)), title)
    return public(papers.open_(paper), people, withheld)


def _commitments(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and "commit" in value:
        yield str(value["commit"])
    elif isinstance(value, list):
        for one in value:
            yield from _commitments(one)


__all__ = ["disclosure", "version"]
