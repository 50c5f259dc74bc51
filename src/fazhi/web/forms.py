"""Forms of the frame itself: signing in and changing a password."""

from __future__ import annotations

from typing import Any

from django import forms

from fazhi.organs import accounts
from fazhi.organs.errors import Invalid
from fazhi.organs.models import Person


class Form(forms.Form):
    """What every form of ours does: ids by which error summary and labels find their fields, no browser validation
    bubbles (our own messages say more), and refusals of a floor below put to the fields that they name."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for bound in self:
            verb = "选择" if isinstance(bound.field, forms.ChoiceField | forms.ModelChoiceField) else "填写"
            bound.field.error_messages["required"] = f"请{verb}{bound.label}。"

    def refuse(self, error: Invalid, fields: dict[str, str] | None = None) -> None:
        """Show each problem at its field; `fields` maps the floor's parameter names to this form's."""
        for problem in error.problems:
            name = (fields or {}).get(problem.field, problem.field)
            words = "。".join(part.rstrip("。") for part in (problem.message, problem.next) if part) + "。"
            if problem.law:
                words += f"（{problem.law}）"
            self.add_error(name if name in self.fields else None, words)


def date_field(label: str, *, required: bool = True, help_text: str = "", **options: Any) -> forms.DateField:
    """A day, typed or chosen; 2026-11-21, 2026.11.21 and 2026年11月21日 are all understood."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日"],
        error_messages={"invalid": "日期格式不对，应形如 2026-11-21。"},
        **options,
    )


class LoginForm(Form):
    username = forms.CharField(
        label="用户名",
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(Form):
    old = forms.CharField(
        label="原密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="新密码",
        strip=False,
        max_length=200,
        help_text=f"至少 {accounts.SHORTEST} 位，不含用户名；可以用几个不相干的词连起来。可以粘贴。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        new, again = cleaned.get("new"), cleaned.get("again")
        if new and again and new != again:
            self.add_error("again", "两次输入的新密码不一致，请重新输入。")
        return cleaned

    def save(self) -> bool:
        """True when the password was changed; else the refusal stands at its field."""
        try:
            accounts.change_password(self.person, self.cleaned_data["old"], self.cleaned_data["new"])
        except Invalid as refused:
            self.refuse(refused)
            return False
        return True
