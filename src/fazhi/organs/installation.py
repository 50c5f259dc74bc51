"""Whether this database is a demonstration. Said once, when it is made."""

from __future__ import annotations

from django.db import transaction

from .errors import NotDemo
from .models import County, Installation, Person


def is_demo() -> bool:
    return Installation.objects.filter(demo=True).exists()


@transaction.atomic
def establish(*, demo: bool) -> Installation:
    """Write the one row. A database that already holds people or counties cannot be turned into a demonstration, nor back."""
    row = Installation.objects.first()
    if row is None:
        if demo and (Person.objects.exists() or County.objects.exists()):
            raise NotDemo(
                "这个数据库里已有机关或者人员，不能改作演示库",
                next="请为演示另建一个数据库（设置 FAZHI_HOME）",
            )
        return Installation.objects.create(id=1, demo=demo)
    if row.demo != demo:
        now, wanted = ("演示库", "正式库") if row.demo else ("正式库", "演示库")
        raise NotDemo(f"这个数据库已是{now}，不能改作{wanted}", next="请另建一个数据库（设置 FAZHI_HOME）")
    return row


def require_demo() -> None:
    if not is_demo():
        raise NotDemo(
            "演示机关和演示账号只能装入演示库，这个数据库没有标为演示库", next="请用 fazhi demo 另建演示库"
        )
