"""The first page of a new installation: the administrator registers the county."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fazhi.organs.errors import Invalid
from fazhi.web import founding
from fazhi.web.access import signed_in
from fazhi.web.forms import Form, date_field


class FoundingForm(Form):
    code = forms.CharField(
        label="行政区划代码", max_length=6, help_text="GB/T 2260 的六位代码，例如 350881。"
    )
    name = forms.CharField(label="县（市、区）全称", max_length=40, help_text="例如：漳平市。")
    prefecture = forms.CharField(label="所属设区的市（州、盟）", max_length=40, required=False)
    since = date_field("自何日起", help_text="要导入历史案件的，填早于最早案件的日期。", initial="2000-01-01")
    source = forms.CharField(label="依据", max_length=300, initial=founding.SOURCE)


@signed_in
def setup(request: HttpRequest) -> HttpResponse:
    if not founding.needed():
        return redirect("/")
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            post = founding.found(
                data.pop("code"),
                data.pop("name"),
                by=request.user,
                today=request.today,  # type: ignore[attr-defined]
                **data,
            )
        except Invalid as refused:
            form.refuse(refused, {"valid_from": "since"})
        else:
            messages.success(
                request, f"已登记{post.organ.county.name}。接下来请登记机构和人员，也可以从表格导入。"
            )
            return redirect("web:organs")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/founding.html", {"form": form}, status=status)
