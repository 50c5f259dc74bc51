"""The first county of an installation: the root, its people's government, and the administrator's post in it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from fazhi.organs import posts, regions, registry
from fazhi.organs.models import County, Organ, Person, Post

SOURCE = "系统初始登记"


def needed() -> bool:
    """No county yet: whoever signs in first registers it."""
    return not County.objects.exists()


@transaction.atomic
def found(
    code: str,
    name: str,
    *,
    by: Person,
    today: date,
    since: date = date(2000, 1, 1),
    prefecture: str = "",
    source: str = SOURCE,
) -> Post:
    """Register the county with its government from `since`, and make `by` its system administrator from today on."""
    county = regions.found_county(code, name, valid_from=since, source=source, prefecture=prefecture)
    government = registry.create_organ(
        county,
        code="xzf",
        name=f"{county.name}人民政府",
        kind=Organ.Kind.GOVERNMENT,
        valid_from=since,
        source=source,
        by=by,
    )
    return posts.add_post(by, government, "admin", valid_from=today, title="系统管理员", source=source, by=by)
