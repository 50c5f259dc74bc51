"""A report of the demo county, begun and brought to where a test needs it."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.demo_county import TODAY

from fazhi.organs.actor import ActorContext, actor_for
from fazhi.organs.models import Organ, Person, Post
from fazhi.reports import editing, markup
from fazhi.reports.models import Report

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC)
WORDS = "按照年初部署逐项推进，制度逐步健全。"


def actor(username: str = "sifa", role: str = "clerk") -> ActorContext:
    post = Post.objects.get(person__username=username, role=role)
    return actor_for(post.person, post, TODAY)


def person(username: str = "sifa") -> Person:
    return Person.objects.get(username=username)


def organ(code: str) -> Organ:
    return Organ.objects.get(code=code)


def government() -> Organ:
    return organ("xzf")


def begun(year: int = 2025) -> Report:
    report = editing.begin(actor(), government(), year, NOW)
    return Report.objects.select_related("county", "issuer", "organ").get(pk=report.pk)


def finished(report: Report | None = None) -> Report:
    """A report in which everything that only people can write has been written."""
    report = report or begun()
    for row in report.paragraphs.all():
        if any(isinstance(t, markup.AskToken) for t in markup.read(row.source)):
            editing.save(row.pk, row.version, WORDS, row.heading, person())
    return Report.objects.select_related("county", "issuer", "organ").get(pk=report.pk)
