"""The demonstration county 安澜县: invented from end to end, and loaded only into a database that is flagged as one.

Nothing here exists: 3398 is no prefecture of the province 33, so no organ, enterprise or citizen can bear a code or
number with it. Codes and identity numbers are computed from a running count and are formally valid.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib.resources import files

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from stdnum.cn import uscc as gb32100

from . import exchange, identity, installation, posts, regions, registry, secrecy, succession
from .models import County, Organ, Party, Person, Post
from .models.people import ROLES
from .tables import Outcome

CODE = "339821"
PREFECTURE = "望海市"
NAME = "安澜县"
# For the demonstration alone; `installation.require_demo` keeps it out of every other database.
PASSWORD = "anlan-demo-2026"

_REFORM = date(2019, 3, 1)
_BODY = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class DemoAccount:
    """A line of the list that `fazhi demo` prints."""

    username: str
    name: str
    organ: str
    role: str
    title: str


@dataclass(frozen=True)
class DemoCounty:
    county: County
    organs: Mapping[str, Organ] = field(hash=False)  # by the county's own code: sfj, scj, …
    people: Mapping[str, Person] = field(hash=False)  # by user name
    posts: Mapping[tuple[str, str], Post] = field(
        hash=False
    )  # by user name and role; nobody holds one role twice
    parties: tuple[Party, ...]

    def accounts(self) -> tuple[DemoAccount, ...]:
        return tuple(
            DemoAccount(p.person.username, p.person.name, str(p.organ), ROLES[p.role], p.title)
            for p in self.posts.values()
        )


def load_demo_organs(now: datetime | None = None) -> DemoCounty:
    """Load the county with its organs, people, parties, parameters and code lists; a second call only reads it back."""
    installation.require_demo()
    secrecy.make_key()
    county = County.objects.filter(code=CODE).first()
    if county is None:
        county = _load(now or timezone.now())
    return _read_back(county)


def make_uscc(kind: str, serial: int, region: str = CODE) -> str:
    """A formally valid 统一社会信用代码: `kind` is authority and class (11 an organ, 91 an enterprise), the rest a count."""
    body = f"AN{serial:06d}"
    # GB 11714: weights 3 7 9 10 5 8 4 2, letters count from 10, remainder of 11.
    total = sum(_BODY.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    first = f"{kind}{region}{body}{check}"
    return first + gb32100.calc_check_digit(first)


def make_id_number(serial: int, region: str = CODE) -> str:
    """A formally valid citizen's number of the invented county: day of birth and sequence both follow the count."""
    born = date(1980, 1, 1) + timedelta(days=serial)
    first = f"{region}{born:%Y%m%d}{serial % 1000:03d}"
    return first + identity.id_check_digit(first)


@transaction.atomic
def _load(now: datetime) -> County:
    today = timezone.localdate(now)
    _loaded(exchange.load_regions(_text("../regions.csv")))
    county = regions.found_county(
        CODE,
        NAME,
        prefecture=PREFECTURE,
        valid_from=date(2010, 1, 1),
        source="虚构的县，代码未经分配，仅供演示",
    )
    _loaded(exchange.load_organs(county, _with_codes("organs.csv", "统一社会信用代码", "organ"), today=today))
    _history(county, today)
    _loaded(exchange.load_lines(county, _text("lines.csv")))
    _loaded(exchange.load_people(_text("people.csv"), now=now, encoded=make_password(PASSWORD)))
    Person.objects.filter(username__in=_usernames()).update(must_change_password=False)
    _loaded(exchange.load_posts(county, _text("posts.csv")))
    _loaded(exchange.load_parameters(_text("parameters.csv")))
    _loaded(exchange.load_code_lists(_text("code_lists.csv")))
    _loaded(exchange.load_codes(county, _text("codes.csv")))
    _loaded(exchange.load_parties(_with_codes("parties.csv", "证件号码", "party"), today=today))
    posts.delegate(
        Post.objects.get(person__username="juzhang1", role="head"),
        Person.objects.get(username="fuju1"),
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        source="安市监〔2026〕1号授权委托书（演示数据）",
    )
    return county


def _history(county: County, today: date) -> None:
    """What befell organs before today's names: two mergers of the 2019 reform and one renaming."""
    organs = {o.code: o for o in Organ.objects.filter(county=county)}
    source = "县机构改革方案（演示数据）"
    merged = [organs["gsj"], organs["zjjd"], organs["syj"]]
    succession.merge_organs(merged, organs["scj"], on=_REFORM, source=source, today=today)
    succession.merge_organs([organs["fzb"]], organs["sfj"], on=_REFORM, source=source, today=today)
    registry.rename_organ(
        organs["zfj"],
        on=date(2021, 1, 1),
        name="安澜县综合行政执法局",
        short_name="县综合行政执法局",
        source="关于县城市管理行政执法局更名的通知（演示数据）",
        today=today,
    )
    registry.add_alias(organs["zfj"], "县综合执法局", valid_from=date(2021, 1, 1), source="演示数据")


def _read_back(county: County) -> DemoCounty:
    names = _usernames()
    held = Post.objects.filter(person__username__in=names, organ__county=county)
    held = held.select_related("person", "organ").order_by("valid_from", "organ__order", "person__username")
    return DemoCounty(
        county=county,
        organs={o.code: o for o in Organ.objects.filter(county=county)},
        people={p.username: p for p in Person.objects.filter(username__in=names)},
        posts={(p.person.username, p.role): p for p in held},
        parties=tuple(Party.objects.filter(source="演示数据")),
    )


def _usernames() -> list[str]:
    return [row["用户名"] for row in csv.DictReader(io.StringIO(_text("people.csv").decode()))]


def _with_codes(name: str, column: str, what: str) -> bytes:
    """The file with its codes computed: the cell says only what kind of number the line gets."""
    rows = list(csv.DictReader(io.StringIO(_text(name).decode())))
    base = 0 if what == "organ" else 1000
    for serial, row in enumerate(rows, start=base + 1):
        kind = row[column]
        row[column] = make_id_number(serial) if kind == "id" else make_uscc(kind, serial) if kind else ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _text(name: str) -> bytes:
    folder = files("fazhi.organs") / "data"
    path = folder / name.removeprefix("../") if name.startswith("../") else folder / "demo" / name
    return path.read_bytes()


def _loaded(outcome: Outcome) -> None:
    """Our own files must load; a mistake in one is a fault of the program, not of whoever starts it."""
    if outcome.errors:
        first = outcome.errors[0]
        raise RuntimeError(f"demo data, row {first.row}, {first.column}: {first.message}")
