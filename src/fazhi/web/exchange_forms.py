"""Forms of import and export."""

from __future__ import annotations

from typing import Any

from django import forms

from fazhi.cases.exchange import SYSTEM
from fazhi.cases.exchange.uploads import WEB
from fazhi.procedures import Definition
from fazhi.web.forms import Form


class UploadForm(Form):
    procedure = forms.ChoiceField(label="程序")
    system = forms.CharField(
        label="来源系统", max_length=40, initial=SYSTEM,
        help_text="数据来自哪个系统。同一系统每次写法一致，同一案号就是同一案件，不会重复。",
    )  # fmt: skip
    elsewhere = forms.CharField(
        label="在办系统", max_length=40, required=False,
        help_text="这些案件仍在别的系统办理的，填写系统名称：这里只登记结果，不能办理。",
    )  # fmt: skip
    file = forms.FileField(
        label="文件", help_text="按模板填写的 .xlsx 或 CSV（UTF-8、GB18030），不超过 32MB、200,000 行；大的文件在后台校验，可以离开页面。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip

    def __init__(self, *args: Any, procedures: list[tuple[str, Definition]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].choices = [("", "请选择")] + [(name, d.source.short or d.title) for name, d in procedures]  # fmt: skip
        self.fields["file"].error_messages["empty"] = "文件是空的，请重新选择。"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > WEB.file:
            raise forms.ValidationError(
                f"文件超过 {WEB.file // 1024 // 1024}MB，请分成几个文件，或者用命令行导入。"
            )
        return file


class ExportForm(Form):
    kind = forms.ChoiceField(
        label="格式",
        choices=[("xlsx", "Excel 工作簿（.xlsx）"), ("csv", "CSV（UTF-8）")],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
    personal = forms.BooleanField(
        label="包括个人信息（自然人姓名、证件号码、陈述申辩等）", required=False,
        help_text="不勾选的，相应的格写明没有导出。每次导出都记入访问日志。",
    )  # fmt: skip
