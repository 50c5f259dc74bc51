"""A million cases: our list of cases beside a bare Django list page of the same rows, in turns, in one run.

The county's own demonstration (a hundred-odd cases that people worked through the one service) is multiplied: each row is
one of its cases with another organ, day, number and party, its state as long as the state of a real case. Rows go straight
into the tables; the ledger holds the demonstration only, so this is a benchmark of reading, not of what was recorded.

bare   Django's ListView with 20 (or 100) lines of the officer's own organ: session, signed-in user, count, 20 rows with
       names by subquery, its own two templates, lines with the same columns. No access rules, no menu, no filters.
ours   /cases/ as that officer's browser asks for it: access, filters, count up to 10,000, a page by keys, menu and frame.

Run as `python -m benchmarks.lists sqlite|postgresql [rows]`; prints one JSON object. Each request runs in this process
through Django's whole stack; requests are counted per second of processor time and of the clock.
"""

from __future__ import annotations

import json
import random
import sys
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from benchmarks.steps import database

ROUNDS, REQUESTS, SIZE = 5, 40, 20
FIRST = date(2016, 1, 4)
# Of each thousand cases: procedure, share, and by how many organs (weights fall off: the first handles most of them).
MIX = {
    "penalty": (700, ("scj", "zfj", "jtj", "wjj", "nyj", "zjj", "yjj", "wgj", "hjj", "zgj", "hyj", "csz", "pwz", "ycz", "jyj", "rsj")),
    "disclosure_request": (140, ("xzf", "fb", "zgj", "zjj", "scj", "fgj", "czj", "csz", "pwz", "ycz", "wjx", "qjx", "jyx", "ltx", "mzj", "jyj")),
    "reconsideration": (60, ("xzf",)),
    "criminal_transfer": (30, ("scj", "zfj", "wgj", "yjj", "zgj")),
    "supervision_order": (40, ("sfj", "fb")),
    "enforcement_certificate": (30, ("scj", "zfj", "jtj", "wjj", "nyj", "zjj")),
}  # fmt: skip
OPEN_SHARE = 0.03
OFFICERS = 40  # in each organ, beside those of the demonstration
WORDS = [
    "超市",
    "餐饮店",
    "建材经营部",
    "药房",
    "物流有限公司",
    "食品有限公司",
    "网吧",
    "渔具店",
    "农资经营部",
    "汽修厂",
]
NAMES = "安平海兴隆盛泰和顺昌荣华丰裕宏达金源瑞祥福德信义恒通远景"


@dataclass(frozen=True)
class Pattern:
    """A case of the demonstration: its row, its state, the organ in it that is replaced, and who takes part."""

    row: dict[str, Any]
    state: bytes
    organ: str
    sides: tuple[tuple[str, str, str], ...]


def patterns() -> dict[tuple[str, bool], list[Pattern]]:
    """{(procedure, open): patterns}."""
    from django.db import connection

    from fazhi.cases import store

    found: dict[tuple[str, bool], list[Pattern]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {', '.join(store.COLUMNS)} FROM cases_case ORDER BY id")
        rows = [dict(zip(("id", *store.COLUMNS), r, strict=True)) for r in cursor.fetchall()]
        for row in rows:
            cursor.execute("SELECT side, who, path FROM cases_side WHERE case_id = %s", [row["id"]])
            made = Pattern(row, bytes(row["state"]), row["organ"], tuple(cursor.fetchall()))
            found.setdefault((row["procedure"], row["closed_on"] is None), []).append(made)
    return found


def generate(
    count: int, today: date, chance: random.Random
) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Rows of cases_case (in the order of their opening) and of cases_side."""
    from fazhi.cases import store
    from fazhi.organs.models import Organ, Person, Post

    known = patterns()
    organs = {o.code: (o.id, o.path, o.short_name or o.name) for o in Organ.objects.all()}
    officers: dict[str, list[str]] = {}
    for post in Post.objects.filter(role="handler"):
        officers.setdefault(post.organ_id, []).append(post.person_id)
    for id in {o[0] for o in organs.values()}:  # as many hands as such an organ has
        made = [
            Person(username=f"{id[:12]}-{n}", name=f"经办{n}", must_change_password=True)
            for n in range(OFFICERS)
        ]
        officers[id] = officers.get(id, []) + [p.id for p in Person.objects.bulk_create(made)]
    people = set(Person.objects.values_list("id", flat=True))
    procedures = [p for p in MIX if (p, True) in known or (p, False) in known]
    weights = [MIX[p][0] for p in procedures]
    span = (today - FIRST).days
    numbers: dict[tuple[str, int], int] = {}
    for n in range(count):
        opened = FIRST + timedelta(days=n * span // count)
        procedure = chance.choices(procedures, weights)[0]
        codes = MIX[procedure][1]
        code = codes[min(int(chance.expovariate(0.55)), len(codes) - 1)]
        organ, path, short = organs[code]
        # What is open was mostly begun of late.
        late = n > count * 0.93
        is_open = chance.random() < (OPEN_SHARE * 10 if late else OPEN_SHARE * 0.3)
        choice = known.get((procedure, is_open)) or known[procedure, not is_open]
        pattern = choice[n % len(choice)]
        row = dict(pattern.row)
        number = numbers[organ, opened.year] = numbers.get((organ, opened.year), 0) + 1
        id = f"{n:08x}{chance.getrandbits(96):024x}"
        party = "".join(chance.choices(NAMES, k=2)) + chance.choice(WORDS)
        row.update(
            id=id, organ=organ, path=path, opened_on=opened, closed_on=None if is_open else opened + timedelta(days=chance.randrange(3, 150)),
            number=f"{short}〔{opened.year}〕{number}号", title=f"{row['title'].split(' · ')[0]} · {party}",
            person=officers[organ][n % len(officers[organ])], source=None, source_number=None, expires=None,
        )  # fmt: skip
        if not is_open:
            row.update(due=None, warn_from=None, due_clock="", pending="", pending_by="")
        elif row["due"]:
            due = today + timedelta(days=int(chance.triangular(-40, 120, 20)))
            row.update(due=due, warn_from=due - timedelta(days=10))
        row["state"] = pattern.state.replace(pattern.organ.encode(), organ.encode())
        values = (id, *(row[c] for c in store.COLUMNS))
        sides = [
            (id, side, organ if who == pattern.organ else who, path if who == pattern.organ else p)
            for side, who, p in pattern.sides
        ]
        hands = iter(officers[organ][(n + k) % len(officers[organ])] for k in range(9))
        sides = [(id, side, next(hands) if who in people else who, p) for id, side, who, p in sides]
        if procedure == "reconsideration":
            other = organs[chance.choice(MIX["penalty"][1])]
            sides = [x for x in sides if x[1] != "respondent"] + [(id, "respondent", other[0], other[1])]
        yield values, list(dict.fromkeys(sides))


def fill(count: int, today: date) -> None:
    """A million rows with their indexes made afterwards."""
    from django.db import connection, transaction

    from fazhi.cases import store, words
    from fazhi.cases.models import Case, CaseSide

    indexes = [(m, i) for m in (Case, CaseSide) for i in m._meta.indexes]
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
    columns = ", ".join(("id", *store.COLUMNS))
    case = f"INSERT INTO cases_case ({columns}) VALUES ({', '.join(['%s'] * (len(store.COLUMNS) + 1))})"
    side = "INSERT INTO cases_side (case_id, side, who, path) VALUES (%s, %s, %s, %s)"
    rows: list[Any] = []
    sides: list[Any] = []

    def flush() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for table, cols, data in (
                    ("cases_case", columns, rows),
                    ("cases_side", "case_id, side, who, path", sides),
                ):
                    with cursor.copy(f"COPY {table} ({cols}) FROM STDIN") as copy:
                        for values in data:
                            copy.write_row(values)
            else:
                cursor.executemany(case, rows)
                cursor.executemany(side, sides)
        rows.clear()
        sides.clear()

    for values, taking in generate(count, today, random.Random(20261121)):
        rows.append(values)
        sides.extend(taking)
        if len(rows) >= 10_000:
            flush()
    flush()
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.add_index(model, index)
    words.rebuild()
    with connection.cursor() as cursor:  # what autovacuum does in a database that is in use
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


# ---- the bare page --------------------------------------------------------------------------------------------------

BASE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title></head>
<body><header>{{ request.user.name }}</header><main>{% block content %}{% endblock %}</main></body></html>"""
PAGE = """{% extends "bare_base.html" %}{% block title %}案件{% endblock %}{% block content %}<p>共 {{ paginator.count }} 件</p>
<table><thead><tr><th>案号</th><th>事项</th><th>程序</th><th>阶段</th><th>期限</th><th>办理单位</th><th>开始日期</th></tr></thead>
<tbody>{% for c in object_list %}<tr><td><a href="/cases/{{ c.id }}/">{{ c.number }}</a></td><td>{{ c.title }}</td><td>{{ c.procedure }}</td><td>{{ c.phase }}</td>
<td>{{ c.due|date:"Y-m-d" }}</td><td>{{ c.organ_name }} {{ c.person_name }}</td><td>{{ c.opened_on|date:"Y-m-d" }}</td></tr>{% endfor %}</tbody></table>
<nav>{% if page_obj.has_previous %}<a href="?page={{ page_obj.previous_page_number }}">上一页</a>{% endif %} {{ page_obj.number }} / {{ paginator.num_pages }}
{% if page_obj.has_next %}<a href="?page={{ page_obj.next_page_number }}">下一页</a>{% endif %}</nav>{% endblock %}"""


def bare_urls() -> str:
    """A module with the bare page and our own addresses."""
    from django.contrib.auth.decorators import login_required
    from django.db.models import F, OuterRef, Subquery
    from django.urls import include, path
    from django.views.generic import ListView

    from fazhi.cases.models import Case
    from fazhi.organs.models import Organ, Person

    class Bare(ListView):  # type: ignore[type-arg]
        template_name = "bare.html"
        paginate_by = SIZE

        def get_paginate_by(self, queryset: Any) -> int:
            return int(self.request.GET.get("size", SIZE))

        def get_queryset(self) -> Any:
            """The rows of the organ, what is open first, the nearest limit first: as our list has them."""
            name = Subquery(Organ.objects.filter(pk=OuterRef("organ")).values("short_name")[:1])
            person = Subquery(Person.objects.filter(pk=OuterRef("person")).values("name")[:1])
            query = Case.objects.filter(organ=self.kwargs["organ"]).defer("state", "head")
            if self.request.GET.get("open"):
                query = query.filter(closed_on=None)
            if procedure := self.request.GET.get("procedure"):
                query = query.filter(procedure=procedure)
            order = (
                [F("due").asc(nulls_last=True), "id"]
                if self.request.GET.get("open")
                else ["-opened_on", "-id"]
            )
            return query.annotate(organ_name=name, person_name=person).order_by(*order)

    module = types.ModuleType("benchmarks_bare_urls")
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("bare/<str:organ>/", login_required(Bare.as_view())),
        path("", include("fazhi.urls")),
    ]
    sys.modules[module.__name__] = module
    return module.__name__


@dataclass(frozen=True)
class Pages:
    """What is asked for in turns: (ours, bare)."""

    name: str
    ours: str
    bare: str


def client_of(username: str) -> Any:
    from django.test import Client

    from fazhi.organs.models import Person

    made = Client(raise_request_exception=True)
    made.force_login(Person.objects.get(username=username))
    return made


class Clock:
    """Requests per second of the clock and of processor time of this process."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def run(self, ask: Callable[[], Any], times: int) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(times):
            assert ask().status_code == 200
        self.wall.append(times / (time.perf_counter() - wall))
        self.cpu.append(times / (time.process_time() - cpu))

    def middle(self) -> tuple[float, float]:
        return round(sorted(self.wall)[len(self.wall) // 2], 1), round(
            sorted(self.cpu)[len(self.cpu) // 2], 1
        )


def compare(username: str) -> dict[str, Any]:
    """The pages in turns: of an officer of one organ."""
    from django.conf import settings
    from django.test import override_settings

    from fazhi.organs.models import Post

    organ = Post.objects.filter(person__username=username, role="handler").get().organ_id
    pages = [
        Pages("open, nearest limit first", "/cases/?light=open", f"/bare/{organ}/?open=1"),
        Pages("open, 100 lines", "/cases/?light=open&size=100", f"/bare/{organ}/?open=1&size=100"),
        Pages(
            "all of one procedure, latest first",
            "/cases/?procedure=penalty&sort=-opened",
            f"/bare/{organ}/?procedure=penalty",
        ),
    ]
    templates = [*settings.TEMPLATES]
    loaders = {
        "BACKEND": "django.template.backends.django.DjangoTemplates", "NAME": "bare",
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", {"bare.html": PAGE, "bare_base.html": BASE})])],
            "context_processors": ["django.template.context_processors.request"],
        },
    }  # fmt: skip
    plain = [
        m for m in settings.MIDDLEWARE
        if m.startswith("django.") and not m.endswith(("LoginRequiredMiddleware", "MessageMiddleware"))
    ]  # fmt: skip
    told: dict[str, Any] = {}
    urls = bare_urls()
    with override_settings(ROOT_URLCONF=urls, TEMPLATES=[*templates, loaders], ALLOWED_HOSTS=["*"]):
        ours = client_of(username)
        with override_settings(MIDDLEWARE=plain):
            bare = client_of(username)
            bare.handler.load_middleware()  # the handler keeps the stack it was loaded with
        for page in pages:
            clocks = {"ours": Clock(), "bare": Clock()}
            asks = {"ours": lambda p=page: ours.get(p.ours), "bare": lambda p=page: bare.get(p.bare)}
            for ask in asks.values():
                for _ in range(5):
                    assert ask().status_code == 200
            for _ in range(ROUNDS):
                for name, ask in asks.items():
                    clocks[name].run(ask, REQUESTS)
            wall, cpu = ({k: c.middle()[i] for k, c in clocks.items()} for i in (0, 1))
            told[page.name] = {
                "requests_per_second": wall, "per_cpu_second": cpu,
                "ours/bare": round(wall["ours"] / wall["bare"], 2), "ours/bare cpu": round(cpu["ours"] / cpu["bare"], 2),
                "runs": {k: [round(x, 1) for x in c.wall] for k, c in clocks.items()},
                "bytes": {k: len(a().content) for k, a in asks.items()},
            }  # fmt: skip
    return told


VISITS = [
    ("zhifa1", "handler", "/cases/"), ("zhifa1", "handler", "/cases/?light=overdue"), ("zhifa1", "handler", "/cases/?procedure=penalty"),
    ("zhifa1", "handler", "/cases/?light=closed"), ("zhifa1", "handler", "/cases/?mine=1"), ("zhifa1", "handler", "/cases/?mine=1&light=open"),
    ("zhifa1", "handler", "/cases/?sort=opened"), ("zhifa1", "handler", "/cases/?procedure=penalty&phase=investigating"),
    ("zhifa1", "handler", "/cases/?procedure=penalty&outcome=none"), ("zhifa1", "handler", "/cases/?opened_from=2020-01-01&opened_to=2020-02-01"),
    ("zhifa1", "handler", "/cases/?procedure=reconsideration"), ("zhifa1", "handler", "/"), ("juzhang1", "head", "/"),
    ("fuyi1", "handler", "/cases/"), ("fuyi1", "handler", "/"),
    ("xianzhang", "head", "/cases/"), ("xianzhang", "head", "/cases/?light=overdue"), ("xianzhang", "head", "/cases/?sort=-opened"),
    ("xianzhang", "head", "/cases/?procedure=penalty"), ("xianzhang", "head", "/"), ("jiandu", "supervisor", "/"),
    ("jiandu", "supervisor", "/supervision/"), ("jiandu", "supervisor", "/cases/?light=warning"),
    ("zhifa1", "handler", "/cases/?q={number}"), ("zhifa1", "handler", "/cases/?q={party}"), ("zhifa1", "handler", "/cases/?q={rare}"),
    ("xianzhang", "head", "/cases/?q={party}"), ("xianzhang", "head", "/cases/?q={rare}"),
]  # fmt: skip


def visits() -> dict[str, Any]:
    """Milliseconds and statements of single pages, the second visit, the middle of five; and of page 500 by key."""
    import re

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from fazhi.cases.models import Case
    from fazhi.organs.models import Organ, Post

    row = Case.objects.filter(organ=Organ.objects.get(code="scj").pk, procedure="penalty")[3]
    words = {"number": row.number, "party": row.title.split(" · ")[1], "rare": "没有这家店"}
    told: dict[str, Any] = {}
    for username, role, address in VISITS:
        client = client_of(username)
        session = client.session
        session["post"] = Post.objects.get(person__username=username, role=role).pk
        session.save()
        at = address.format(**words)
        start = time.perf_counter()
        client.get(at)
        first = time.perf_counter() - start
        times = []
        for _ in range(5):
            start = time.perf_counter()
            answer = client.get(at)
            times.append(time.perf_counter() - start)
            assert answer.status_code == 200
        with CaptureQueriesContext(connection) as seen:
            client.get(at)
        slowest = max((float(q["time"]) for q in seen.captured_queries), default=0)
        told[f"{username} {address}"] = {
            "ms": round(sorted(times)[2] * 1000, 1), "first_ms": round(first * 1000), "statements": len(seen), "slowest_ms": round(slowest * 1000),
        }  # fmt: skip
    client = client_of("zhifa1")
    at = "/cases/?procedure=penalty&sort=-opened&size=100"
    for _ in range(50):
        at = re.search(r'href="([^"]+)" rel="next"', client.get(at).content.decode())[1].replace("&amp;", "&")  # type: ignore[index]
        at = "/cases/" + at if at.startswith("?") else at
    start = time.perf_counter()
    client.get(at)
    told["zhifa1, after 5,000 rows by key"] = {"ms": round((time.perf_counter() - start) * 1000, 1)}
    return told


def measure(kind: str, count: int) -> dict[str, Any]:
    with database(kind):
        from django.conf import settings
        from django.core.management import call_command
        from django.utils import timezone

        from fazhi.cases import demo
        from fazhi.organs import installation

        settings.ALLOWED_HOSTS = ["*"]
        call_command("migrate", verbosity=0)
        installation.establish(demo=True)
        today = timezone.localdate()
        start = time.perf_counter()
        demo.load(progress=lambda line: None, today=today)
        print(f"demo {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
        start = time.perf_counter()
        fill(count, today)
        print(f"filled {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
        told: dict[str, Any] = {"database": kind, "rows": count}
        told["compare"] = compare("zhifa1")
        print(json.dumps(told, ensure_ascii=False), file=sys.stderr, flush=True)
        told["visits"] = visits()
    return told


if __name__ == "__main__":
    print(
        json.dumps(
            measure(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000), ensure_ascii=False
        )
    )
