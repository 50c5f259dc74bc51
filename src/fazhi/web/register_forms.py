"""Forms for parameters and code lists of the county."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from fazhi.organs import codes, parameters
from fazhi.organs.errors import invalid
from fazhi.organs.models import CodeList, Parameter
from fazhi.web.forms import date_field
from fazhi.web.organ_forms import ActForm, source_field


class ParameterForm(ActForm):
    """A new value of a parameter for this county, from a day on."""

    name = forms.CharField(
        label="参数名称",
        max_length=60,
        help_text="程序定义中写明的名称，小写字母和下划线，例如 large_fine_citizen。",
    )
    title = forms.CharField(label="标题", max_length=100)
    type = forms.ChoiceField(label="类型", choices=Parameter.Type.choices)
    value = forms.CharField(
        label="值", max_length=200, help_text="金额以分为单位；是否写作 true 或者 false。"
    )
    unit = forms.CharField(label="单位", max_length=20, required=False)
    valid_from = date_field("生效日", help_text="以前已经开始的案件，行为当天的值不变。")
    source = source_field("来源")
    verified = forms.BooleanField(label="已与原文核对", required=False)

    def carry_out(self, request: HttpRequest) -> str:
        data = dict(self.cleaned_data)
        row = parameters.set_parameter(
            self.county.code, data.pop("name"), data.pop("value"), **data, by=request.user
        )
        return f"“{row.title}”自 {row.valid_from} 起为 {row.value}{row.unit}。原来的值保留到前一天。"


class CorrectParameterForm(ActForm):
    value = forms.CharField(label="更正为", max_length=200)
    source = source_field("更正依据")

    row: Parameter

    def carry_out(self, request: HttpRequest) -> str:
        row = parameters.correct_parameter(self.row, **self.cleaned_data, by=request.user)
        return f"“{row.title}”的值已更正为 {row.value}{row.unit}。"


class CodeForm(ActForm):
    code = forms.CharField(label="代码", max_length=60)
    title = forms.CharField(label="名称", max_length=120)
    valid_from = date_field("生效日")
    valid_to = date_field("终止日", required=False)
    order = forms.IntegerField(label="排序", initial=0)
    source = source_field("来源")
    verified = forms.BooleanField(label="已与原文核对", required=False)

    def __init__(self, *args: Any, listed: CodeList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = listed
        for column in listed.columns:
            self.fields[f"column_{column['name']}"] = forms.CharField(
                label=column.get("title") or column["name"], required=False, max_length=200
            )

    def carry_out(self, request: HttpRequest) -> str:
        data = {name: value for name, value in self.cleaned_data.items() if not name.startswith("column_")}
        row = codes.set_code(
            self.listed.name,
            data.pop("code"),
            data.pop("title"),
            **data,
            columns=self._columns(),
            scope=self.county.code,
            by=request.user,
        )
        return f"{self.listed.title}已登记“{row.title}”（{row.code}），自 {row.valid_from} 起。"

    def _columns(self) -> dict[str, Any]:
        columns = {}
        for column in self.listed.columns:
            text = self.cleaned_data.get(f"column_{column['name']}", "")
            try:
                columns[column["name"]] = codes.read_column(column["type"], text)
            except (ValueError, KeyError):
                raise invalid(
                    f"column_{column['name']}",
                    f"“{text}”与这一列的类型（{column['type']}）不符",
                    next="请改正",
                ) from None
        return columns
