"""The course of a procedure as SVG, drawn by the server: one column of phases, acts below them, arrows in the margin.

All arrows to one phase share one track, so that forty acts need no more than a few lines. Colours are classes of the style
sheet, nothing is inline; every act is a link to its row in the table below, which says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from fazhi.terminal import width as columns
from fazhi.web.definition_flow import Act, Station, Way

TRACK, LEAST_MARGIN, PAD = 13, 30, 12
LINE, SMALL_LINE = 20, 17
SIZE, SMALL = 14, 12
TONES = 4  # classes flow__way--0 … 3, so that neighbouring tracks differ


@dataclass
class _Line:
    """One line of text at a height; `kind` is its class, `key` the act that it links to."""

    y: float
    text: str
    kind: str
    key: str = ""


@dataclass
class _Arrow:
    """From a line of text, or from a row of its own, to a phase."""

    y: float
    to: str


@dataclass
class _Sheet:
    width: int
    margin: int
    y: float = 8
    lines: list[_Line] = field(default_factory=list)
    boxes: list[tuple[float, float, Station]] = field(default_factory=list)  # top, height
    marks: list[tuple[float, bool]] = field(
        default_factory=list
    )  # where an act stands; whether the system does it
    arrows: list[_Arrow] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Columns of text (two for a Chinese character) that fit behind the margin."""
        return int((self.width - self.margin - 34) / SIZE * 2)

    def write(self, text: str, kind: str, key: str = "", small: bool = True) -> None:
        room = int(self.room * (SIZE / SMALL if small else 1))
        for piece in wrapped(text, room):
            self.y += SMALL_LINE if small else LINE
            self.lines.append(_Line(self.y - 5, piece, kind, key))


def draw(stations: Sequence[Station], title: str, width: int, prefix: str) -> SafeString:
    """The chart at a width in pixels. `prefix` keeps its ids apart from those of another width on the page."""
    places = {s.key: s.title for s in stations}
    margin = _margin(stations)
    sheet = _Sheet(width, margin)
    for station in stations:
        _station(sheet, station, places)
    tracks = _tracks(sheet)
    height = int(sheet.y + 8)
    words = "；".join(
        f"{s.title}：{'、'.join(a.title for a in s.acts) or '没有从这里开始的办理动作'}" for s in stations
    )
    return format_html(
        '<svg class="flow flow--{}" viewBox="0 0 {} {}" width="{}" height="{}" role="group" aria-labelledby="{}-title {}-words">'
        '<title id="{}-title">{}的流程图</title><desc id="{}-words">{}。图下的表格用文字写着同样的内容。</desc>'
        '<defs><marker id="{}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="flow__tip" d="M0 0 8 4 0 8z"></path></marker></defs>{}{}{}{}</svg>',
        prefix, width, height, width, height, prefix, prefix, prefix, title, prefix, words, prefix,
        _ways(sheet, tracks, prefix), _boxes(sheet), _marks(sheet), _texts(sheet, prefix),
    )  # fmt: skip


def wrapped(text: str, room: int) -> list[str]:
    """Lines of at most `room` columns; a closing mark stays with what it closes."""
    lines, line, used = [], "", 0
    for character in text:
        wide = columns(character)
        if used + wide > room and character not in "，。；、：）〕」》":
            lines.append(line)
            line, used = "", 0
        line += character
        used += wide
    return [*lines, line] if line else lines


def _margin(stations: Sequence[Station]) -> int:
    targets = {w.to for s in stations for a in s.acts for w in a.ways if w.to}
    return LEAST_MARGIN + TRACK * min(len(targets), 7)


def _station(sheet: _Sheet, station: Station, places: dict[str, str]) -> None:
    sheet.y += 10
    top = sheet.y
    height = 34 if station.key else 28
    sheet.boxes.append((top, height, station))
    sheet.y += height + 4
    for act in station.acts:
        _act(sheet, act, station, places)
    if station.others:
        sheet.y += 2
        sheet.write(f"还可以办理：{'、'.join(station.others)}", "flow__who")
    sheet.y += 4


def _act(sheet: _Sheet, act: Act, station: Station, places: dict[str, str]) -> None:
    sheet.y += 6
    mark = sheet.y + LINE - 10
    sheet.marks.append((mark, act.automatic))
    single = act.ways[0] if len(act.ways) == 1 and not act.ways[0].title else None
    leads = f" → {places[single.to]}" if single and single.to and single.to != station.key else ""
    sheet.write(act.title + leads, "flow__act", act.key, small=False)
    if leads and single:
        sheet.arrows.append(_Arrow(mark, single.to))
    also = f"；也可以在{act.also}阶段办理" if act.also else ""
    sheet.write((f"{act.law} · " if act.law else "") + act.who + also, "flow__who")
    _wants(sheet, act.needs)
    _times(sheet, act)
    for way in act.ways if single is None else ():
        _way(sheet, way, station, places)


def _way(sheet: _Sheet, way: Way, station: Station, places: dict[str, str]) -> None:
    leads = f" → {places[way.to]}" if way.to and way.to != station.key else ""
    if leads:
        sheet.arrows.append(_Arrow(sheet.y + SMALL_LINE - 9, way.to))
    sheet.write(f"· {way.title}{leads}" + (f"〔{way.law}〕" if way.law else ""), "flow__outcome")
    _wants(sheet, way.needs)
    _times(sheet, way)


def _wants(sheet: _Sheet, needs: Sequence[dict[str, str]]) -> None:
    """The requirements by number and article; their words are in the table."""
    if not needs:
        return
    laws = "、".join(dict.fromkeys(n["law"] or "条文待核" for n in needs))
    sheet.write(f"✓ 先要求 {len(needs)} 项：{laws}", "flow__need")


def _times(sheet: _Sheet, said: Act | Way) -> None:
    for words in said.clocks.starts:
        sheet.write(f"◷ 起算 {words}", "flow__clock")
    if said.clocks.stops:
        sheet.write(f"■ 停止 {'、'.join(said.clocks.stops)}", "flow__stop")


def _tracks(sheet: _Sheet) -> dict[str, int]:
    """{phase: its track}: tracks whose stretches overlap lie apart, short ones next to the text."""
    top = {s.key: y + h / 2 for y, h, s in sheet.boxes}
    spans: dict[str, tuple[float, float]] = {}
    for arrow in sheet.arrows:
        low, high = spans.get(arrow.to, (top[arrow.to], top[arrow.to]))
        spans[arrow.to] = (min(low, arrow.y), max(high, arrow.y))
    taken: list[list[tuple[float, float]]] = []
    found: dict[str, int] = {}
    for key, (low, high) in sorted(spans.items(), key=lambda x: x[1][1] - x[1][0]):
        free = (n for n, others in enumerate(taken) if all(high < a - 4 or low > b + 4 for a, b in others))
        number = next(free, len(taken))
        if number == len(taken):
            taken.append([])
        taken[number].append((low, high))
        found[key] = number
    return found


def _x(sheet: _Sheet, track: int) -> float:
    return max(6.0, sheet.margin - 14 - TRACK * track)


def _ways(sheet: _Sheet, tracks: dict[str, int], prefix: str) -> SafeString:
    top = {s.key: y + h / 2 for y, h, s in sheet.boxes}
    return format_html_join(
        "",
        '<path class="flow__way flow__way--{}" d="M{} {}H{}V{}H{}" marker-end="url(#{}-tip)"></path>',
        (
            (tracks[a.to] % TONES, sheet.margin, _n(a.y), _n(_x(sheet, tracks[a.to])), _n(top[a.to]), sheet.margin - 3, prefix)
            for a in sheet.arrows
        ),
    )  # fmt: skip


def _boxes(sheet: _Sheet) -> SafeString:
    return format_html_join(
        "",
        '<rect class="flow__phase{}" x="{}" y="{}" width="{}" height="{}" rx="6"></rect>'
        '<text class="flow__title{}" x="{}" y="{}">{}</text>',
        (
            (
                " flow__phase--end" if s.end else " flow__phase--start" if not s.key else "", sheet.margin, _n(y), sheet.width - sheet.margin - 4, h,
                " flow__title--start" if not s.key else "", sheet.margin + PAD, _n(y + h / 2 + 5), s.title + ("（办结）" if s.end else ""),
            )
            for y, h, s in sheet.boxes
        ),
    )  # fmt: skip


def _marks(sheet: _Sheet) -> SafeString:
    return format_html_join(
        "",
        '<circle class="flow__mark{}" cx="{}" cy="{}" r="4"></circle>',
        ((" flow__mark--system" if auto else "", sheet.margin + 6, _n(y)) for y, auto in sheet.marks),
    )


def _texts(sheet: _Sheet, prefix: str) -> SafeString:
    """The lines; those of an act's name make one link, wherever it was broken."""
    out: list[SafeString] = []
    at = sheet.margin + PAD + 6
    index = 0
    while index < len(sheet.lines):
        line = sheet.lines[index]
        if not line.key:
            out.append(
                format_html('<text class="{}" x="{}" y="{}">{}</text>', line.kind, at, _n(line.y), line.text)
            )
            index += 1
            continue
        same = [x for x in sheet.lines[index:] if x.key == line.key][: _run(sheet.lines, index)]
        inner = format_html_join(
            "", '<text class="{}" x="{}" y="{}">{}</text>', ((x.kind, at, _n(x.y), x.text) for x in same)
        )
        out.append(format_html('<a href="#row-{}">{}</a>', line.key, inner))
        index += len(same)
    return mark_safe("".join(out))  # each piece is escaped


def _run(lines: Sequence[_Line], index: int) -> int:
    key, count = lines[index].key, 0
    while index + count < len(lines) and lines[index + count].key == key:
        count += 1
    return count


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
