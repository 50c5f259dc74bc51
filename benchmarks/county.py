"""A county with one organ, one person and the benchmark's procedure, in whatever database Django is set to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.core.management import call_command

from fazhi.organs.actor import ActorContext, actor_for
from fazhi.procedures import Definition
from fazhi.procedures.library import read, shipped

HERE = Path(__file__).parent
DAY = date(2026, 3, 2)


def definition() -> Definition:
    d = read(HERE / "six_steps.yaml")
    if shipped().get(d.name, DAY) is None:
        shipped().add(d)
    return d


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def make() -> ActorContext:
    """Migrate, load the demo county, and give an enforcement officer."""
    call_command("migrate", verbosity=0)
    from fazhi.organs import demo, installation

    installation.establish(demo=True)
    demo.load_demo_organs()
    return officer()


def officer() -> ActorContext:
    """The enforcement officer of a county that has been made."""
    from fazhi.organs.models import Person, Post

    person = Person.objects.get(username="zhifa1")
    post = Post.objects.filter(person=person, role="handler").get()
    return actor_for(person, post.id, DAY + timedelta(days=20))
