"""What reading the rows of one file has to look up: organs, codes, people, linked cases. Each thing is asked once."""

from __future__ import annotations

import difflib
import uuid
from bisect import bisect_right
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connections

from fazhi.cases import registers
from fazhi.cases.exchange.values import BadCell, plain, same
from fazhi.organs.models import Code, County, Organ, OrganName, Parameter, Post
from fazhi.organs.party_batch import Book
from fazhi.organs.resolve import Directory


class Desk:
    """The registers as one import sees them. `paths`: what the importer may file cases for (None: the whole county)."""

    def __init__(
        self, county: str, today: date, *, system: str = "", paths: tuple[str, ...] | None = None, using: str = "default"
    ) -> None:  # fmt: skip
        registers.refresh()
        self.county = County.objects.using(using).get(pk=county)
        self.today, self.using, self.paths = today, using, paths
        self.book = Book(today, f"导入：{system}")
        self._directory = Directory(self.county)
        self._by_code = {organ.code: organ for organ in self._directory.organs.values()}
        self._turns = _turns(using)
        self._organs: dict[tuple[str, date], str | BadCell] = {}
        self._coded: dict[tuple[str, date, str, str], str | BadCell] = {}
        self._codes: dict[tuple[str, date, str], dict[str, str]] = {}
        self._people: dict[str, dict[str, list[_Somebody]]] | None = None
        self._links: dict[str, str] = {}

    def steady(self, day: date) -> date:
        """A day on which every register says the same as on `day`: the last on which any of them changed."""
        at = bisect_right(self._turns, day)
        return (
            self._turns[at - 1]
            if at
            else self._turns[0] - timedelta(days=1)
            if self._turns
            else date(2000, 1, 1)
        )

    def organ(self, words: str, on: date) -> str:
        """The id of the organ of that name (or code) on that day; BadCell with the nearest names."""
        key = (words, self.steady(on))
        found = self._organs.get(key)
        if found is None:
            try:
                found = self._organ(words, on)
            except BadCell as bad:
                found = bad
            self._organs[key] = found
        if isinstance(found, BadCell):
            raise found
        return found

    def _organ(self, words: str, on: date) -> str:
        organ = self._by_code.get(words)
        if organ is None:
            # A file of today calls an organ of then by its name of today.
            for day in (on, self.today):
                resolved = self._directory.resolve(words, day)
                if resolved.status == "matched":
                    organ = resolved.organ
                    break
            else:
                if resolved.status == "collective":
                    raise BadCell(f"“{words}”是一类机关的统称", "请填写一个机关的名称")
                near = "、".join(offer.name for offer in resolved.offers[:3])
                raise BadCell(
                    f"机关名录中没有“{words}”",
                    f"是否为：{near}" if near else "请核对名称，或者请管理员先登记该机关",
                )
        assert organ is not None
        return str(organ.id)

    def may_file(self, organ: str) -> bool:
        if self.paths is None:
            return True
        return registers.organ(organ).get("path", "") in self.paths

    def codes(self, listed: str, on: date, organ: str) -> dict[str, dict[str, Any]]:
        """The list as it stood on that day; of a day before it was kept, as it stands today."""
        found = registers.codes(self.county.code, listed, self.steady(on), organ)
        return found or registers.codes(self.county.code, listed, self.steady(self.today), organ)

    def code(self, listed: str, words: str, on: date, organ: str) -> str:
        """The code that is written, or whose title is written, as the list stood on that day."""
        asked = (listed, self.steady(on), organ, words)
        found = self._coded.get(asked)
        if found is None:
            try:
                found = self._code(listed, words, on, organ)
            except BadCell as bad:
                found = bad
            self._coded[asked] = found
        if isinstance(found, BadCell):
            raise found
        return found

    def _code(self, listed: str, words: str, on: date, organ: str) -> str:
        key = (listed, self.steady(on), organ)
        by_title = self._codes.get(key)
        if by_title is None:
            rows = self.codes(listed, on, organ)
            by_title = {same(row["title"]): code for code, row in rows.items()} | {
                code: code for code in rows
            }
            self._codes[key] = by_title
        if not by_title:
            raise BadCell(f"本县没有代码表“{listed}”", "请管理员先导入代码表")
        found = by_title.get(words) or by_title.get(same(words))
        if found is None:
            near = difflib.get_close_matches(same(words), by_title, 3, 0.5)
            hint = f"是否为：{'、'.join(near)}" if near else "请填写代码表中的名称或者代码"
            raise BadCell(f"代码表中没有“{words[:30]}”", hint)
        return found

    def parameters(self, wanted: tuple[str, ...], on: date) -> dict[str, dict[str, Any]]:
        return registers.parameters(self.county.code, wanted, self.steady(on))

    def person(self, words: str, organ: str) -> dict[str, str]:
        """A person of the register; somebody whom it does not know keeps his name, with an id of his own."""
        if self._people is None:
            self._people = _people(self.county.code, self.using)
        words = plain(words)
        found = self._people.get(organ, {}).get(words) or self._people.get("", {}).get(words) or []
        if len(found) > 1:
            users = "、".join(p.username for p in found)
            raise BadCell(f"有{len(found)}个“{words}”", f"请填写用户名：{users}")
        if found:
            return {"id": found[0].id, "name": found[0].name}
        return {
            "id": uuid.uuid5(uuid.NAMESPACE_OID, f"{self.county.code}/{organ}/{words}").hex,
            "name": words[:60],
        }

    def look_up_links(self, wanted: set[str], procedures: tuple[str, ...]) -> None:
        """Cases of those procedures by their numbers, for fields that name another case."""
        ordered = sorted(w for w in wanted if w not in self._links)
        kinds = ", ".join(["%s"] * len(procedures))
        among = f" AND procedure IN ({kinds})" if procedures and "any" not in procedures else ""
        with connections[self.using].cursor() as cursor:
            for start in range(0, len(ordered), 400):
                some = ordered[start : start + 400]
                marks = ", ".join(["%s"] * len(some))
                cursor.execute(
                    f"SELECT number, id FROM cases_case WHERE county = %s AND number IN ({marks}){among}",
                    [self.county.code, *some, *(procedures if among else ())],
                )
                self._links.update(dict(cursor.fetchall()))

    def will_be(self, ids: dict[str, str]) -> None:
        """Cases that this very file makes, by their numbers: its rows may name each other."""
        for number, case in ids.items():
            self._links.setdefault(number, case)

    def link(self, words: str) -> str:
        """The case of that number; a number that is not here stays as it is: that case is handled elsewhere."""
        return self._links.get(words, words)


def _turns(using: str) -> list[date]:
    """The days on which codes, parameters, organs or their names changed."""
    found: set[date] = set()
    for model in (Code, Parameter, Organ, OrganName):
        for first, last in model.objects.using(using).values_list("valid_from", "valid_to").distinct():
            found.add(first)
            if last is not None and last < date.max:
                found.add(last + timedelta(days=1))
    return sorted(found)


class _Somebody(NamedTuple):
    id: str
    name: str
    username: str


def _people(county: str, using: str) -> dict[str, dict[str, list[_Somebody]]]:
    """{organ: {name or user name: [people]}}, and under "" the same for the whole county."""
    found: dict[str, dict[str, list[_Somebody]]] = {"": {}}
    rows = Post.objects.using(using).filter(organ__county=county)
    for organ, *who in rows.values_list(
        "organ_id", "person_id", "person__name", "person__username"
    ).distinct():
        person = _Somebody(*who)
        for place in (organ, ""):
            for words in {person.name, person.username}:
                known = found.setdefault(place, {}).setdefault(words, [])
                if person not in known:
                    known.append(person)
    return found
