"""Every event carries the number of the schema it was written in. Old events are never rewritten: they are brought up
to the present shape when they are read, one number at a time. A released number stays readable for good
(tests/fixtures/events has stored events of each).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import UnknownSchema

Body = dict[str, Any]

CURRENT = 1
UPGRADES: dict[int, Callable[[Body], Body]] = {}  # from this number to the next; none has been needed yet


def upgrade(body: Body) -> Body:
    """The body in the present schema; the same object where it is in it already."""
    number = body.get("schema")
    while type(number) is not int or number != CURRENT:
        if type(number) is not int or number not in UPGRADES:
            raise UnknownSchema(
                f"办理记录的格式版本 {number!r} 不认识（本程序认识到第{CURRENT}版）",
                next="该数据可能由更新版本的程序写入，请升级程序",
            )
        body = UPGRADES[number](body)
        if body.get("schema") != number + 1:
            raise UnknownSchema(
                f"格式版本 {number} 的升级没有得到第{number + 1}版", next="这是程序的问题，请交给技术人员"
            )
        number += 1
    return body
