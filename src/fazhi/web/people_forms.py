"""Forms for accounts, posts and delegations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from fazhi.organs import accounts, posts
from fazhi.organs.models import Delegation, Person, Post
from fazhi.organs.models.people import ROLES
from fazhi.web.forms import date_field
from fazhi.web.organ_forms import ActForm, OrganChoice, source_field


class PersonChoice(forms.ModelChoiceField):
    def __init__(self, label: str, help_text: str = "") -> None:
        active = Person.objects.filter(is_active=True)
        super().__init__(active, label=label, help_text=help_text, empty_label="请选择")

    def label_from_instance(self, person: Person) -> str:
        return f"{person.name}（{person.username}）"


class AccountForm(ActForm):
    username = forms.CharField(
        label="用户名", max_length=60, help_text="小写字母、数字，例如 zhangsan；以后不能改。"
    )
    name = forms.CharField(label="姓名", max_length=60)
    phone = forms.CharField(
        label="手机号", max_length=20, required=False, help_text="加密保存，页面上只显示掩码。"
    )
    organ = OrganChoice("任职单位")
    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *ROLES.items()])
    title = forms.CharField(label="职务", max_length=60, required=False)
    valid_from = date_field("任职起")
    source = source_field("任职文件")

    made: accounts.NewAccount

    def carry_out(self, request: HttpRequest) -> str:
        data = self.cleaned_data
        self.made = accounts.create_person(
            data["username"], data["name"], phone=data["phone"], now=timezone.now(), by=request.user
        )
        posts.add_post(
            self.made.person,
            data["organ"],
            data["role"],
            title=data["title"],
            valid_from=data["valid_from"],
            source=data["source"],
            by=request.user,
        )
        return f"已为{data['name']}建立账号 {self.made.person.username}。"


class PostForm(ActForm):
    person = PersonChoice("人员")
    organ = OrganChoice("任职单位")
    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *ROLES.items()])
    title = forms.CharField(label="职务", max_length=60, required=False, help_text="例如：四级主任科员。")
    valid_from = date_field("任职起")
    valid_to = date_field("任职止", required=False, help_text="没有期限的留空。")
    source = source_field("任职文件")

    def carry_out(self, request: HttpRequest) -> str:
        data = dict(self.cleaned_data)
        post = posts.add_post(
            data.pop("person"), data.pop("organ"), data.pop("role"), **data, by=request.user
        )
        return f"已登记{post.person.name}在“{post.organ}”任{post.role_title}，自 {post.valid_from} 起。"


class EndPostForm(ActForm):
    fields_of = {"valid_to": "last_day"}

    last_day = date_field("任职最后一天", help_text="从次日起不能再以此身份办理；由此产生的委托同时终止。")
    source = source_field("免职文件")

    post: Post

    def carry_out(self, request: HttpRequest) -> str:
        posts.end_post(
            self.post, self.cleaned_data["last_day"], source=self.cleaned_data["source"], by=request.user
        )
        return f"{self.post.person.name}在“{self.post.organ}”的{self.post.role_title}任职至 {self.cleaned_data['last_day']} 止。"


class DelegateForm(ActForm):
    to = PersonChoice("受托人", help_text="受托人以自己的账号登录，记录写明受谁委托。")
    valid_from = date_field("委托起")
    valid_to = date_field("委托止", required=False, help_text="必须写明期限。")
    source = source_field("书面委托的文号或者依据")

    post: Post

    def carry_out(self, request: HttpRequest) -> str:
        row: Delegation = posts.delegate(self.post, **self.cleaned_data, by=request.user)
        return f"{self.post.person.name}已委托{row.to.name}代行{self.post.role_title}职责，至 {row.valid_to} 止。"


class ReasonForm(ActForm):
    """Closing or reopening an account."""

    reason = forms.CharField(label="原因", max_length=300, help_text="例如：调离、退休、账号长期不用。")

    person: Person

    def carry_out(self, request: HttpRequest) -> str:
        active = not self.person.is_active
        accounts.set_active(
            self.person, active, now=timezone.now(), reason=self.cleaned_data["reason"], by=request.user
        )
        return f"{self.person.name}的账号已{'启用' if active else '停用'}。"


def bound(
    form: type[ActForm], request: HttpRequest, *, initial: dict[str, Any] | None = None, **carried: Any
) -> ActForm:
    """A form about a person or post of the administrator's county, with what it is about set on it."""
    from fazhi.web.views.organs import county_of

    made = form(
        request.POST or None,
        county=county_of(request),
        organ=None,
        today=request.today,
        initial=initial or {},  # type: ignore[attr-defined]
    )
    for name, value in carried.items():
        setattr(made, name, value)
    return made
