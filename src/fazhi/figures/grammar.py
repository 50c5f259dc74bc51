"""Files of figures that reach across procedures: a procedure's own figures stand in its definition."""

from __future__ import annotations

from pydantic import Field

from fazhi.procedures import grammar as g


class CrossFigure(g.FigureDef):
    """Either `add`: other figures taken together (shares are pooled), or `procedures` and a figure over each of them."""

    add: list[str] = []
    procedures: list[str] = []
    source: str = ""
    note: str = ""
    headline: bool = False


class CrossFile(g.Model):
    """`prefix` begins the ids of its figures; `title` heads them on the page."""

    title: str
    prefix: str = Field(pattern=r"^[a-z][a-z_]*$")
    order: int = 50
    source: str = ""
    figures: dict[str, CrossFigure]
