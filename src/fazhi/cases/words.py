"""In which cases words may stand: pairs of neighbouring letters of number and title, kept in an index beside the ledger.

A step writes nothing for it. The worker reads on in the sealed order (`feed`) and takes up the cases whose words have
changed; what has happened since is a few events, whose cases are looked at one by one. So `candidates` misses nothing; that
the words really stand there, and who may know of it, is asked of the cases themselves (`search`). Only what a list shows to
anybody in scope stands in it: a natural person's name is masked there, sealed words are not in a title.

SQLite keeps the pairs in an FTS5 table without content, PostgreSQL in a tsvector with a GIN index: both are in the core,
and a pair serves a Chinese word of two characters, where `trigram` and pg_trgm begin with three.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import connections

from fazhi.cases import store
from fazhi.ledger import seal

AT_LEAST = 200  # events that are waited for: before, looking at their cases costs a reader less than the writer's lock
BATCH = 2_000  # events that are taken up in one transaction
BEHIND = 4_000  # events whose cases are looked at one by one; beyond, the index is of no use
MOST = 20_000  # candidates; words that stand in more cases are soon met along any index
ORGANS = 12  # organs by which candidates are narrowed
_FOLD = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}


class Found(NamedTuple):
    """Cases in which the words may stand. `whole`: these are all; otherwise there are more."""

    ids: list[str]
    whole: bool


def pairs(text: str) -> list[str]:
    """Tokens of every two neighbours, and of the last letter alone: what begins with a letter is each place of it."""
    codes = [f"{ord(c):x}" for c in text.translate(_FOLD)] + [""]
    return list(dict.fromkeys(f"{a}z{b}" for a, b in pairwise(codes)))


def tokens(number: str, title: str, organ: str) -> list[str]:
    return list(dict.fromkeys([*pairs(number), *pairs(title), f"o{organ}"]))


def candidates(words: str, organs: Sequence[str] | None, using: str = "default") -> Found | None:
    """Cases, of these organs (None: of any), that may have the words in number or title; None where the index is too far
    behind to say."""
    if not words:
        return None
    vendor = connections[using].vendor
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT position FROM cases_word_mark WHERE id = 1")
        row = cursor.fetchone()
        recent = seal.cases_behind(row[0] if row else 0, BEHIND, using=using)
        if recent is None:
            return None
        wanted = pairs(words)[:-1] or [f"{ord(words.translate(_FOLD)):x}z"]
        ids = _among(
            cursor, vendor, wanted, len(words) == 1, organs if organs and len(organs) <= ORGANS else None
        )
    return Found(list(dict.fromkeys([*recent, *ids])), len(ids) <= MOST)


def _among(
    cursor: Any, vendor: str, wanted: list[str], begins: bool, organs: Sequence[str] | None
) -> list[str]:
    if vendor == "postgresql":
        parts = [f"'{w}'{':*' if begins else ''}" for w in wanted]
        if organs:
            parts.append("(" + " | ".join(f"'o{o}'" for o in organs) + ")")
        sql = f"SELECT case_id FROM cases_words WHERE grams @@ %s::tsquery LIMIT {MOST + 1}"
        cursor.execute(sql, [" & ".join(parts)])
    else:
        parts = [f"{w}{'*' if begins else ''}" for w in wanted]
        if organs:
            parts.append("(" + " OR ".join(f"o{o}" for o in organs) + ")")
        cursor.execute(
            "SELECT w.case_id FROM cases_grams CROSS JOIN cases_words w ON w.n = cases_grams.rowid"
            f" WHERE cases_grams MATCH %s LIMIT {MOST + 1}",
            [" AND ".join(parts)],
        )
    return [row[0] for row in cursor.fetchall()]


def feed(using: str = "default", at_least: int | None = None) -> int:
    """Take up the cases of the next sealed events, where there are that many; how many events."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT position FROM cases_word_mark WHERE id = 1")
        row = cursor.fetchone()
    if seal.height(using=using) - (row[0] if row else 0) < max(1, AT_LEAST if at_least is None else at_least):
        return 0
    vendor = connections[using].vendor
    with store.writing(using) as cursor:
        before = _mark(cursor, vendor)
        cursor.execute(
            "SELECT s.position, e.case_id FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id"
            " WHERE s.position > %s ORDER BY s.position LIMIT %s",
            (before, BATCH),
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        _take_up(cursor, vendor, {case for _, case in rows})
        cursor.execute("UPDATE cases_word_mark SET position = %s WHERE id = 1", (rows[-1][0],))
        return len(rows)


def _mark(cursor: Any, vendor: str) -> int:
    """How far the index has got, held until the transaction ends."""
    cursor.execute("INSERT INTO cases_word_mark (id, position) VALUES (1, 0) ON CONFLICT DO NOTHING")
    locked = " FOR UPDATE" if vendor == "postgresql" else ""
    cursor.execute(f"SELECT position FROM cases_word_mark WHERE id = 1{locked}")
    return int(cursor.fetchone()[0])


def _take_up(cursor: Any, vendor: str, cases: Iterable[str]) -> None:
    """Those of the cases whose words are not what stands in the index."""
    every = sorted(cases)
    for start in range(0, len(every), 500):
        some = every[start : start + 500]
        marks = ", ".join(["%s"] * len(some))
        cursor.execute(
            "SELECT c.id, c.number, c.title, c.organ, w.digest FROM cases_case c"
            f" LEFT JOIN cases_words w ON w.case_id = c.id WHERE c.id IN ({marks})",
            some,
        )
        write(cursor, vendor, [(row[:4], row[4]) for row in cursor.fetchall()])


def write(cursor: Any, vendor: str, rows: Sequence[tuple[tuple[str, str, str, str], str | None]]) -> None:
    """((case, number, title, organ), digest that stands in the index or None): what differs is written."""
    made = []
    for (case, number, title, organ), before in rows:
        found = tokens(number, title, organ)
        digest = blake2b(" ".join(found).encode(), digest_size=8).hexdigest()
        if digest != before:
            made.append((case, digest, found, before is not None))
    if not made:
        return
    if vendor == "postgresql":
        cursor.execute(
            "INSERT INTO cases_words (case_id, digest, grams)"
            " SELECT u.case_id, u.digest, array_to_tsvector(string_to_array(u.grams, ' '))"
            " FROM unnest(%s::text[], %s::text[], %s::text[]) AS u(case_id, digest, grams)"
            " ON CONFLICT (case_id) DO UPDATE SET digest = excluded.digest, grams = excluded.grams",
            [[m[0] for m in made], [m[1] for m in made], [" ".join(m[2]) for m in made]],
        )
        return
    # A table without content forgets nothing: the case gets another number, under the old one nobody finds it any more.
    cursor.executemany("DELETE FROM cases_words WHERE case_id = %s", [(m[0],) for m in made if m[3]])
    for case, digest, found, _ in made:
        cursor.execute("INSERT INTO cases_words (case_id, digest) VALUES (%s, %s)", (case, digest))
        cursor.execute(
            "INSERT INTO cases_grams (rowid, grams) VALUES (last_insert_rowid(), %s)", (" ".join(found),)
        )


def rebuild(using: str = "default") -> int:
    """Make the index anew from the rows of the cases; how many. In batches: readers go on meanwhile, without it."""
    height, last, done, vendor = seal.height(using=using), "", 0, connections[using].vendor
    with store.writing(using) as cursor:
        cursor.execute("DELETE FROM cases_word_mark")
        cursor.execute("DELETE FROM cases_words")
        if vendor == "sqlite":
            cursor.execute("INSERT INTO cases_grams (cases_grams) VALUES ('delete-all')")
    while True:
        with store.writing(using) as cursor:
            cursor.execute(
                "SELECT c.id, c.number, c.title, c.organ, w.digest FROM cases_case c"
                " LEFT JOIN cases_words w ON w.case_id = c.id WHERE c.id > %s ORDER BY c.id LIMIT 5000",
                (last,),
            )
            rows = cursor.fetchall()
            write(cursor, vendor, [(row[:4], row[4]) for row in rows])
            done += len(rows)
            if len(rows) < 5000:
                before = _mark(cursor, vendor)
                cursor.execute(
                    "UPDATE cases_word_mark SET position = %s WHERE id = 1", (max(height, before),)
                )
                return done
            last = rows[-1][0]
