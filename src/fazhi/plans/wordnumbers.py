"""The numbers that Word writes before the paragraphs of a list, which stand nowhere in their text."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting",
     "chineseLegalSimplified", "japaneseDigitalTenThousand", "taiwaneseCountingThousand"}
)  # fmt: skip
_CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
_DIGITS = "零一二三四五六七八九"


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = "%1."


@dataclass(slots=True)
class Numbering:
    """The lists of one document; `label` counts on, so paragraphs must be asked in order."""

    lists: dict[str, str] = field(default_factory=dict)  # numId → abstractNumId
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    styles: dict[str, tuple[str | None, int | None, str | None]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
        found = cls()
        for abstract in numbering.iterfind(f"{_W}abstractNum") if numbering is not None else ():
            found.levels[abstract.get(f"{_W}abstractNumId", "")] = dict(
                map(_level, abstract.iterfind(f"{_W}lvl"))
            )
        for one in numbering.iterfind(f"{_W}num") if numbering is not None else ():
            abstract_id = one.find(f"{_W}abstractNumId")
            if abstract_id is not None:
                found.lists[one.get(f"{_W}numId", "")] = abstract_id.get(_VAL, "")
        for style in styles.iterfind(f"{_W}style") if styles is not None else ():
            properties = style.find(f"{_W}pPr")
            based = style.find(f"{_W}basedOn")
            number, level = _reference(properties)
            found.styles[style.get(f"{_W}styleId", "")] = (
                number,
                level,
                based.get(_VAL) if based is not None else None,
            )
        return found

    def label(self, paragraph: etree._Element) -> str:
        """What Word shows before this paragraph (`一、`, `1.`), or nothing; a bullet is nothing."""
        number, level = self._list_of(paragraph.find(f"{_W}pPr"))
        abstract = self.lists.get(number or "")
        if abstract is None:
            return ""
        levels = self.levels.get(abstract, {})
        here = levels.get(level)
        if here is None or here.form in ("bullet", "none"):
            return ""
        counts = self.counts.setdefault(abstract, {})
        counts[level] = counts.get(level, here.start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        text = here.text
        for place in range(9):
            other = levels.get(place, here)
            shown = _shown(counts.get(place, other.start), other.form if place < level else here.form)
            text = text.replace(f"%{place + 1}", shown)
        return text

    def _list_of(self, properties: etree._Element | None) -> tuple[str | None, int]:
        number, level = _reference(properties)
        style = properties.find(f"{_W}pStyle") if properties is not None else None
        name = style.get(_VAL) if style is not None else None
        for _ in range(20):  # styles may be based on each other in a circle
            if name is None or (number is not None and level is not None):
                break
            style_number, style_level, name = self.styles.get(name, (None, None, None))
            number = style_number if number is None else number
            level = style_level if level is None else level
        return number, level or 0


def _reference(properties: etree._Element | None) -> tuple[str | None, int | None]:
    reference = properties.find(f"{_W}numPr") if properties is not None else None
    if reference is None:
        return None, None
    number, level = reference.find(f"{_W}numId"), reference.find(f"{_W}ilvl")
    return (
        number.get(_VAL) if number is not None else None,
        _integer(level.get(_VAL)) if level is not None else None,
    )


def _level(element: etree._Element) -> tuple[int, _Level]:
    level = _Level()
    for name, tag in (("start", "start"), ("form", "numFmt"), ("text", "lvlText")):
        child = element.find(f"{_W}{tag}")
        if child is not None:
            value = child.get(_VAL, "")
            setattr(level, name, _integer(value) if name == "start" else value)
    return _integer(element.get(f"{_W}ilvl")), level


def _integer(word: str | None) -> int:
    return int(word) if word and word.isdecimal() and len(word) < 9 else 0


def _shown(count: int, form: str) -> str:
    if form in _CHINESE and 0 < count < 100:
        tens, ones = divmod(count, 10)
        return ("" if not tens else ("" if tens == 1 else _DIGITS[tens]) + "十") + (
            _DIGITS[ones] if ones else ""
        )
    if form in _CIRCLED and 0 < count <= 20:
        return chr(0x245F + count)
    if form == "decimalFullWidth":
        return "".join(chr(0xFF10 + int(digit)) for digit in str(count))
    return str(count)
