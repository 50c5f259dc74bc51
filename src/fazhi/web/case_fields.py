"""Form fields for the types of the definition language: each gives the canonical value that a command carries.

Money is typed in 元 and kept in fen; a moment has Shanghai's offset; a choice is its key; people, organs and parties are
ids. Fields know how to say their value again (`words`) for the page on which answers are checked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from fazhi.law import SHANGHAI
from fazhi.procedures import grammar as g
from fazhi.procedures.wording import yuan, yuan_in_words
from fazhi.web.forms import date_field

YES_NO = (("yes", "是"), ("no", "否"))
LONG = 8  # more choices than this are a list, not radio buttons


@dataclass(frozen=True)
class Option:
    """One choice with a second line; `warn` says what speaks against it."""

    value: str
    text: str
    note: str = ""
    warn: str = ""


class Described(forms.Field):
    """Mixed into each field below: `kind` picks the template, `words` says a cleaned value."""

    kind = "plain"
    law = ""
    unit = ""
    options: Sequence[Option] = ()

    def words(self, value: Any) -> str:
        items = value if isinstance(value, list) else [value]
        titles = {o.value: o.text for o in self.options}
        return "、".join(titles.get(str(v), str(v)) for v in items)


class TextField(forms.CharField, Described):
    pass


class IntField(forms.IntegerField, Described):
    pass


class MoneyField(Described):
    """12,000.50 元 → 1200050 fen."""

    unit = "元"

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(value or ""))
        text = re.sub(r"[,，\s¥￥]|元整?$", "", text)
        if not text:
            return None
        try:
            amount = Decimal(text)
            if not amount.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            raise ValidationError(f"“{value}”不是金额，请填写数字，例如 12000 或者 12,000.50。") from None
        if amount != round(amount, 2):
            raise ValidationError("金额最多写到分（两位小数）。")
        if amount < 0:
            raise ValidationError("金额不得为负数。")
        if amount >= Decimal(10) ** 13:
            raise ValidationError("金额过大，请核对单位是否为元。")
        return int(amount * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:.2f}".removesuffix(".00") if isinstance(value, int) else value

    def words(self, value: Any) -> str:
        return f"{yuan(value)}（{yuan_in_words(value)}）"


class DayField(forms.DateField, Described):
    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if isinstance(day, date) else None


class MomentField(Described):
    """2026-11-21T09:30 in Shanghai."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().replace(" ", "T")
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError(f"“{value}”不是有效时间，应形如 2026-11-21 09:30。") from None
        return found.replace(tzinfo=found.tzinfo or SHANGHAI).isoformat(timespec="minutes")

    def prepare_value(self, value: Any) -> Any:
        return str(value)[:16] if value else value

    def words(self, value: Any) -> str:
        return str(value)[:16].replace("T", " ")


class YesNoField(forms.ChoiceField, Described):
    """An answered question, or None."""

    kind = "question"

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=YES_NO, widget=forms.RadioSelect, **options)

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return None if chosen in (None, "") else chosen == "yes"

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def words(self, value: Any) -> str:
        return "是" if value else "否"


class OneField(forms.ChoiceField, Described):
    """One of some: radio buttons where they are few, else a list."""

    def __init__(self, options: Sequence[Option], *, many_words: bool = False, **rest: Any) -> None:
        self.options = options
        self.kind = "choices" if len(options) <= LONG and not many_words else "plain"
        blank = [] if self.kind == "choices" else [("", "请选择")]
        widget = forms.RadioSelect() if self.kind == "choices" else forms.Select()
        choices = [*blank, *((o.value, o.text) for o in options)]
        super().__init__(choices=choices, widget=widget, **rest)
        self.error_messages["invalid_choice"] = "所选项不在可选范围内，请重新选择。"

    def clean(self, value: Any) -> Any:
        return super().clean(value) or None


class SomeField(forms.MultipleChoiceField, Described):
    """Any of some, as check boxes."""

    kind = "choices"

    def __init__(self, options: Sequence[Option], **rest: Any) -> None:
        self.options = options
        super().__init__(
            choices=[(o.value, o.text) for o in options], widget=forms.CheckboxSelectMultiple, **rest
        )
        self.error_messages["invalid_choice"] = "所选项不在可选范围内，请重新选择。"

    def clean(self, value: Any) -> Any:
        return super().clean(value) or None


class PartyField(SomeField):
    """Parties of the register, found by name or number or registered on the spot. `single`: one at most."""

    kind = "party"

    def __init__(self, options: Sequence[Option], *, single: bool, **rest: Any) -> None:
        super().__init__(options, **rest)
        self.single = single


class FileField(SomeField):
    """Files that have been taken in, by the hash of their content."""

    kind = "files"

    def __init__(self, options: Sequence[Option], *, single: bool, **rest: Any) -> None:
        super().__init__(options, **rest)
        self.single = single

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found and self.single:
            if len(found) > 1:
                raise ValidationError("只能有一个文件，请去掉多余的勾选。")
            return found[0]
        return found


class LinkField(Described):
    """Other cases by their number; several are divided by 、. `find` gives the ids that this person may know of."""

    def __init__(self, find: Callable[[str], list[str]], *, many: bool, **rest: Any) -> None:
        super().__init__(**rest)
        self.find, self.many = find, many

    def to_python(self, value: Any) -> Any:
        typed = [t for t in re.split(r"[、;；\n]", str(value or "")) if t.strip()]
        found: list[str] = []
        for text in typed:
            ids = self.find(text.strip())
            if not ids:
                raise ValidationError(
                    f"没有找到案号为“{text.strip()}”的案件。请核对案号（例如 县市场监管局罚立〔2026〕1号），或者从该案页面发起。"
                )
            if len(ids) > 1:
                raise ValidationError(f"案号“{text.strip()}”对应多个案件，请从该案页面发起。")
            found += ids
        self.typed = "、".join(t.strip() for t in typed)
        if not found:
            return None
        if not self.many and len(found) > 1:
            raise ValidationError("只能填写一个案号。")
        return found if self.many else found[0]

    def words(self, value: Any) -> str:
        return getattr(self, "typed", "") or str(value)


def build(
    name: str, f: g.FieldDef, options: Sequence[Option] | None, *, short: bool = False, **rest: Any
) -> forms.Field:
    """The form field of a plain type; people, parties, organs, files and links are built where their choices are known."""
    match f.type:
        case "money":
            return MoneyField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **rest)
        case "int":
            made = IntField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **rest)
            made.error_messages["invalid"] = "应当是整数，例如 20。"
            return made
        case "date":
            plain = date_field("", **{k: v for k, v in rest.items() if k != "label"})
            made_day = DayField(input_formats=plain.input_formats, widget=plain.widget, **rest)
            made_day.error_messages["invalid"] = plain.error_messages["invalid"]
            return made_day
        case "moment":
            return MomentField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **rest)
        case "bool":
            return YesNoField(**rest)
        case "choice" | "code" | "side" | "outcome":
            return SomeField(options or (), **rest) if f.many else OneField(options or (), **rest)
    short = short or f.find or f.type == "place"
    widget = forms.TextInput() if short else forms.Textarea(attrs={"rows": 3})
    return TextField(max_length=500 if short else 20_000, widget=widget, **rest)
