"""A line of twelve months as SVG, drawn by the server: classes for colours, no inline style, every point also in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from fazhi.figures.query import FigureValue
from fazhi.figures.spans import Span

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 30


def line(points: Sequence[tuple[Span, FigureValue]], title: str) -> SafeString:
    """The figure month by month. A month without a value (无) leaves a gap; nothing is drawn where all are."""
    values = [None if v.value is None else Decimal(v.value) for _, v in points]
    known = [v for v in values if v is not None]
    if not known:
        return mark_safe("")
    unit = points[-1][1].unit if points else ""
    top = _ceiling(max(known, default=Decimal(0)), unit)
    step = Decimal(WIDTH - LEFT - RIGHT) / max(1, len(points) - 1)
    at = [
        (LEFT + step * i, None if v is None else TOP + (HEIGHT - TOP - BOTTOM) * (1 - v / top))
        for i, v in enumerate(values)
    ]
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="chart-title chart-words">'
        '<title id="chart-title">{}</title><desc id="chart-words">{}</desc>{}{}{}{}</svg>',
        WIDTH, HEIGHT, f"{title}：最近十二个月", _words(points), _grid(top, unit), _months(points, at), _path(at),
        format_html_join(
            "", '<circle class="chart__dot" cx="{}" cy="{}" r="3.5"><title>{}</title></circle>',
            (
                (_n(x), _n(y), f"{span.title} {v.value}{v.unit}")
                for (x, y), (span, v) in zip(at, points, strict=True) if y is not None
            ),
        ),
    )  # fmt: skip


def _words(points: Sequence[tuple[Span, FigureValue]]) -> str:
    return "，".join(f"{span.title}{v.shown}{v.unit if v.value is not None else ''}" for span, v in points)


def _ceiling(highest: Decimal, unit: str) -> Decimal:
    """A round number at or above the highest; shares end at 100."""
    if unit == "%" and highest <= 100:
        return Decimal(100)
    for power in range(0, 24):
        for digit in (1, 2, 5):
            top = Decimal(digit).scaleb(power)
            if top >= max(highest, 4):
                return top
    return highest


def _grid(top: Decimal, unit: str) -> SafeString:
    rows = []
    for i in range(5):
        y = TOP + Decimal(HEIGHT - TOP - BOTTOM) * (4 - i) / 4
        value = top * i / 4
        label = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.1f}"
        rows.append(
            (LEFT, _n(y), WIDTH - RIGHT, _n(y), LEFT - 8, _n(y + 4), label + ("%" if unit == "%" else ""))
        )
    return format_html_join(
        "",
        '<line class="chart__grid" x1="{}" y1="{}" x2="{}" y2="{}"/><text class="chart__label" x="{}" y="{}" text-anchor="end">{}</text>',
        rows,
    )


def _months(
    points: Sequence[tuple[Span, FigureValue]], at: Sequence[tuple[Decimal, Decimal | None]]
) -> SafeString:
    """Each month by its number; the year under January and the first."""
    marks = []
    for i, ((span, _), (x, _y)) in enumerate(zip(points, at, strict=True)):
        said = (
            f"{span.first.month}月"
            if i and span.first.month != 1
            else f"{span.first.year % 100}年{span.first.month}月"
        )
        marks.append((_n(x), HEIGHT - 10, said))
    return format_html_join(
        "", '<text class="chart__label" x="{}" y="{}" text-anchor="middle">{}</text>', marks
    )


def _path(at: Sequence[tuple[Decimal, Decimal | None]]) -> SafeString:
    drawn, lifted = [], True
    for x, y in at:
        if y is None:
            lifted = True
            continue
        drawn.append(f"{'M' if lifted else 'L'}{_n(x)} {_n(y)}")
        lifted = False
    return format_html('<path class="chart__line" d="{}"/>', " ".join(drawn))


def _n(value: Decimal) -> str:
    return f"{value:.1f}"
