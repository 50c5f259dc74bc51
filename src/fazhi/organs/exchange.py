"""Registers from files: organs, lines, people, posts, parameters, code lists, divisions, parties.

Each `load_…` takes a CSV file's bytes, writes all rows or none, and with `dry_run` says what it would do. A row is
found again by its key, so the same file imported twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from . import accounts, checks, codes, parameters, parties, posts, registry
from .errors import BadFile, Invalid, Problem, invalid
from .models import (
    Code,
    CodeList,
    County,
    Organ,
    OrganLine,
    OrganName,
    Parameter,
    Party,
    Person,
    Post,
    Region,
)
from .models.people import ROLES
from .regions import BadRegion, check_region
from .sheets import CODE_LISTS, CODES, LINES, ORGANS, PARAMETERS, PARTIES, PEOPLE, POSTS, REGIONS
from .tables import Change, Outcome, Row, apply, read_csv


def load_organs(
    county: County, data: bytes, *, today: date, by: Person | None = None, dry_run: bool = False
) -> Outcome:
    """New organs, and changes of known ones (by code). A new name or place needs 变更日, the first day of the new state."""

    def write(row: Row) -> Change:
        kind = _choice(row["kind"], Organ.Kind.choices, "kind", "机关类别")
        parent = _organ(county, row["parent"], "parent") if row["parent"] else None
        aliases = [
            part for part in row["aliases"].replace(",", "、").replace("，", "、").split("、") if part.strip()
        ]
        organ = Organ.objects.filter(county=county, code=row["code"]).first()
        if organ is None:
            registry.create_organ(
                county,
                code=row["code"],
                name=row["name"],
                short_name=row["short_name"],
                aliases=aliases,
                kind=kind,
                uscc=row["uscc"],
                parent=parent,
                valid_from=row.day_needed("valid_from"),
                valid_to=row.day("valid_to"),
                source=row["source"],
                order=row.whole("order"),
                by=by,
            )
            return "new"
        return _change_organ(organ, row, kind, parent, aliases, today, by)

    return apply(_parents_first(read_csv(data, ORGANS)), ORGANS, write, dry_run=dry_run)


def load_lines(county: County, data: bytes, *, by: Person | None = None, dry_run: bool = False) -> Outcome:
    find = _finder(county)

    def write(row: Row) -> Change:
        kind = _choice(row["kind"], OrganLine.Kind.choices, "kind", "关系种类")
        organ, other = find(row["organ"], "organ"), find(row["other"], "other")
        first, last = row.day_needed("valid_from"), row.day("valid_to")
        known = OrganLine.objects.filter(
            kind=kind, organ=organ, other=other, matter=row["matter"], valid_from=first
        ).first()
        if known is None:
            registry.draw_line(
                kind,
                organ,
                other,
                row["matter"],
                valid_from=first,
                valid_to=last,
                source=row["source"],
                by=by,
            )
            return "new"
        if known.valid_to is None and last:
            registry.end_line(known, last, source=row["source"], by=by)
            return "changed"
        return "same"

    return apply(read_csv(data, LINES), LINES, write, dry_run=dry_run)


def load_people(
    data: bytes, *, now: datetime, by: Person | None = None, encoded: str | None = None, dry_run: bool = False
) -> Outcome:
    """Accounts. New ones get one-time passwords, which the outcome carries (never for a dry run)."""
    given: list[tuple[str, str]] = []
    stored = UNUSABLE_PASSWORD_PREFIX if dry_run else encoded

    def write(row: Row) -> Change:
        known = Person.objects.filter(username=row["username"].lower()).first()
        if known is None:
            made = accounts.create_person(
                row["username"], row["name"], phone=row["phone"], now=now, by=by, encoded=stored
            )
            if made.one_time_password:
                given.append((made.person.username, made.one_time_password))
            return "new"
        phone = row["phone"] or None
        if known.name == row["name"] and (phone is None or accounts.phone_of(known) == phone):
            return "same"
        accounts.edit_person(known, name=row["name"], phone=phone, now=now, by=by)
        return "changed"

    done = apply(read_csv(data, PEOPLE), PEOPLE, write, dry_run=dry_run)
    if done.errors or dry_run:
        return done
    return Outcome(done.new, done.changed, done.same, passwords=tuple(given))


def load_posts(county: County, data: bytes, *, by: Person | None = None, dry_run: bool = False) -> Outcome:
    """Posts by person, organ, role and first day; a last day that was not there before ends the post."""

    known_people = {person.username: person for person in Person.objects.all()}
    find = _finder(county)

    def write(row: Row) -> Change:
        person = known_people.get(row["username"].lower())
        if person is None:
            raise invalid("username", f"没有用户“{row['username']}”", next="请先导入人员")
        organ = find(row["organ"], "organ")
        role = _choice(row["role"], list(ROLES.items()), "role", "角色")
        first, last = row.day_needed("valid_from"), row.day("valid_to")
        known = Post.objects.filter(person=person, organ=organ, role=role, valid_from=first).first()
        if known is None:
            posts.add_post(
                person,
                organ,
                role,
                title=row["title"],
                valid_from=first,
                valid_to=last,
                source=row["source"],
                by=by,
            )
            return "new"
        if last and known.valid_to != last:
            posts.end_post(known, last, source=row["source"], by=by)
            return "changed"
        return "same"

    return apply(read_csv(data, POSTS), POSTS, write, dry_run=dry_run)


def load_parameters(data: bytes, *, by: Person | None = None, dry_run: bool = False) -> Outcome:
    def write(row: Row) -> Change:
        first = row.day_needed("valid_from")
        known = Parameter.objects.filter(scope=row["scope"], name=row["name"], valid_from=first).first()
        if known is None:
            parameters.set_parameter(
                row["scope"],
                row["name"],
                row["value"],
                type=row["type"],
                title=row["title"],
                unit=row["unit"],
                valid_from=first,
                valid_to=row.day("valid_to"),
                source=row["source"],
                verified=row.yes("verified"),
                by=by,
            )
            return "new"
        if known.type != row["type"]:
            raise invalid("type", f"该参数的类型是{known.type}，不能改为{row['type']}", next="请另起名称")
        if known.value == row["value"]:
            return "same"
        parameters.correct_parameter(known, row["value"], source=row["source"], by=by)
        return "changed"

    return apply(read_csv(data, PARAMETERS), PARAMETERS, write, dry_run=dry_run)


def load_code_lists(data: bytes, *, dry_run: bool = False) -> Outcome:
    """The lists themselves. 列 is written name:type:title, several divided by semicolons."""

    def write(row: Row) -> Change:
        columns = []
        for part in _parts(row["columns"]):
            name, kind, title = [*part.split(":"), "", ""][:3]
            columns.append({"name": name, "type": kind, "title": title or name})
        known = CodeList.objects.filter(name=row["name"]).first()
        if known and known.title == row["title"] and known.columns == columns:
            return "same"
        codes.define_list(row["name"], row["title"], columns)
        return "changed" if known else "new"

    return apply(read_csv(data, CODE_LISTS), CODE_LISTS, write, dry_run=dry_run)


def load_codes(county: County, data: bytes, *, by: Person | None = None, dry_run: bool = False) -> Outcome:
    """Codes of any lists. 列值 is written name=value, several divided by semicolons."""
    find = _finder(county)

    def write(row: Row) -> Change:
        listed = CodeList.objects.filter(name=row["list"]).first()
        if listed is None:
            raise invalid("list", f"没有“{row['list']}”这个代码表", next="请先导入代码表")
        columns = _columns(listed, row["columns"])
        organ = find(row["organ"], "organ") if row["organ"] else None
        first = row.day_needed("valid_from")
        known = Code.objects.filter(
            list=listed, code=row["code"], scope=row["scope"], organ=organ, valid_from=first
        ).first()
        if known and (known.title, known.columns) == (row["title"], columns):
            return "same"
        if known:
            raise invalid(
                "title",
                f"代码“{row['code']}”自{first}起已登记为“{known.title}”，内容不同",
                next="请把“起”改为新内容生效的日期",
            )
        codes.set_code(
            listed.name,
            row["code"],
            row["title"],
            columns=columns,
            scope=row["scope"],
            organ=organ,
            valid_from=first,
            valid_to=row.day("valid_to"),
            source=row["source"],
            order=row.whole("order"),
            verified=row.yes("verified"),
            by=by,
        )
        return "new"

    return apply(read_csv(data, CODES), CODES, write, dry_run=dry_run)


def load_regions(data: bytes, *, dry_run: bool = False) -> Outcome:
    """Divisions by GB/T 2260 or the ministry's yearly list, with the dates between which each name holds."""

    def write(row: Row) -> Change:
        try:
            code = check_region(row["code"])
        except BadRegion as error:
            raise Invalid([Problem("code", error.message, error.law, error.next)]) from None
        first, last = row.day_needed("valid_from"), row.day("valid_to")
        if problems := checks.dates(first, last) + checks.fits(
            Region, name=row["name"], source=row["source"]
        ):
            raise Invalid(problems)
        known = Region.objects.filter(code=code, valid_from=first).first()
        if known and (known.name, known.valid_to) == (row["name"], last):
            return "same"
        clash = (
            Region.objects.filter(code=code)
            .exclude(pk=known.pk if known else None)
            .overlapping(first, last)
            .first()
        )
        if clash:
            raise invalid("valid_from", f"代码{code}在这段时间已登记为“{clash.name}”", next="请改正起止日")
        Region.objects.update_or_create(
            code=code,
            valid_from=first,
            defaults={"name": row["name"], "valid_to": last, "source": row["source"]},
        )
        return "changed" if known else "new"

    return apply(read_csv(data, REGIONS), REGIONS, write, dry_run=dry_run)


def load_parties(data: bytes, *, today: date, dry_run: bool = False) -> Outcome:
    def write(row: Row) -> Change:
        done = parties.record_party(
            _choice(row["kind"], Party.Kind.choices, "kind", "当事人类别"),
            row["name"],
            identity_kind=_choice(row["identity_kind"], Party.Identity.choices, "identity_kind", "证件种类"),
            number=row["number"],
            today=today,
            details={name: row[name] for name in parties.DETAILS if row[name]},
            source=row["source"],
        )
        return "new" if done.new else "same"

    return apply(read_csv(data, PARTIES), PARTIES, write, dry_run=dry_run)


def _change_organ(
    organ: Organ,
    row: Row,
    kind: str,
    parent: Organ | None,
    aliases: list[str],
    today: date,
    by: Person | None,
) -> Change:
    on, source = row.day("changed_on"), row["source"]
    renamed = (row["name"], row["short_name"]) != (organ.name, organ.short_name)
    moved = parent != organ.parent
    if (renamed or moved) and on is None:
        now = f"“{organ.name}”（简称“{organ.short_name}”）" if renamed else f"上级“{organ.parent or '无'}”"
        raise invalid(
            "changed_on",
            f"与已登记的{now}不同，却没有填写变更日",
            next="请填写生效的第一天，或者改回已登记的内容",
        )
    if row.day("valid_to") != organ.valid_to:
        raise invalid(
            "valid_to", "机关的撤销、合并不能通过导入办理", next="请在机关管理中办理撤销、合并或者分立"
        )
    if renamed:
        registry.rename_organ(
            organ, on=on, name=row["name"], short_name=row["short_name"], source=source, today=today, by=by
        )
    if moved:
        registry.move_organ(organ, parent, on=on, source=source, today=today, by=by)
    before = (organ.kind, organ.uscc, organ.order)
    if (kind, row["uscc"], row.whole("order")) != before:
        registry.correct_organ(
            organ, on=on or today, kind=kind, uscc=row["uscc"], order=row.whole("order"), source=source, by=by
        )
    known = set(OrganName.objects.filter(organ=organ).values_list("name", flat=True))
    fresh = [alias for alias in aliases if alias not in known]
    for alias in fresh:
        registry.add_alias(organ, alias, valid_from=on or organ.valid_from, source=source, by=by)
    corrected = (kind, row["uscc"], row.whole("order")) != before
    return "changed" if renamed or moved or corrected or fresh else "same"


def _parents_first(rows: list[Row]) -> list[Row]:
    """The rows in an order in which each parent comes before its children; BadFile where they go round in a circle."""
    waiting = {row["code"]: row for row in rows}
    if len(waiting) < len(rows):
        seen: set[str] = set()
        twice = {r["code"] for r in rows if r["code"] in seen or seen.add(r["code"])}  # type: ignore[func-returns-value]
        raise BadFile(f"代码重复：{'、'.join(sorted(twice))}", next="每个机关只能有一行")
    ordered: list[Row] = []
    while waiting:
        ready = [row for row in waiting.values() if row["parent"] not in waiting]
        if not ready:
            raise BadFile(f"上级关系成环：{'、'.join(waiting)}", next="请核对这些机关的上级代码")
        for row in ready:
            ordered.append(waiting.pop(row["code"]))
    return ordered


def _organ(county: County, code: str, field: str) -> Organ:
    return _known(
        Organ.objects.filter(county=county, code=code).select_related("county").first(), county, code, field
    )


def _finder(county: County) -> Callable[[str, str], Organ]:
    """Organs by code, read once, for files that make no organs."""
    organs = {
        organ.code: organ for organ in Organ.objects.filter(county=county).select_related("county", "parent")
    }
    return lambda code, field: _known(organs.get(code), county, code, field)


def _known(organ: Organ | None, county: County, code: str, field: str) -> Organ:
    if organ is None:
        raise invalid(
            field, f"{county.name}没有代码为“{code}”的机关", next="请核对机关代码，或者先导入该机关"
        )
    return organ


def _choice(text: str, choices: Sequence[tuple[str, str]], field: str, what: str) -> str:
    for value, label in choices:
        if text in (value, label):
            return value
    raise invalid(
        field, f"没有“{text}”这种{what}", next="可用：" + "、".join(str(label) for _, label in choices)
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


def _columns(listed: CodeList, text: str) -> dict[str, object]:
    types = {column["name"]: column["type"] for column in listed.columns}
    found: dict[str, object] = {}
    for part in _parts(text):
        name, _, value = part.partition("=")
        if name not in types:
            raise invalid(
                "columns", f"代码表“{listed.title}”没有列“{name}”", next="可用的列：" + "、".join(types)
            )
        try:
            found[name] = codes.read_column(types[name], value)
        except (ValueError, KeyError):
            raise invalid(
                "columns", f"列“{name}”的值“{value}”与类型{types[name]}不符", next="请改正"
            ) from None
    return found
