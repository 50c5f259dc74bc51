"""Forms by which an administrator changes the register of organs. Each carries out one act of `fazhi.organs`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from fazhi.organs import registry, succession
from fazhi.organs.errors import Invalid
from fazhi.organs.models import County, Organ, OrganLine
from fazhi.web.forms import Form, date_field

SOURCE_HINT = "文件名称和文号，例如：安委发〔2026〕12号《安澜县机构改革方案》。"


def source_field(label: str = "依据") -> forms.CharField:
    return forms.CharField(label=label, max_length=300, help_text=SOURCE_HINT)


class OrganChoice(forms.ModelChoiceField):
    """An organ of the county that exists today."""

    def __init__(self, label: str, *, required: bool = True, help_text: str = "") -> None:
        super().__init__(
            Organ.objects.none(), label=label, required=required, help_text=help_text, empty_label="请选择"
        )

    def label_from_instance(self, organ: Organ) -> str:
        return f"{organ.name}（{organ.code}）"


class ActForm(Form):
    """An act on an organ from a day on. `carry_out` raises the floor's `Invalid`, which stands at its field then."""

    fields_of: dict[str, str] = {}

    def __init__(self, *args: Any, county: County, organ: Organ | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county, self.organ, self.today = county, organ, today
        living = Organ.objects.on(today).filter(county=county)
        for field in self.fields.values():
            if isinstance(field, OrganChoice | forms.ModelMultipleChoiceField):
                field.queryset = living.order_by("order", "code")
        if "on" in self.fields:
            self.fields["on"].initial = today

    def carry_out(self, request: HttpRequest) -> str:
        """Do it; what was done, in words for the screen."""
        raise NotImplementedError

    def attempt(self, request: HttpRequest) -> str | None:
        """What was done, or None when it was refused and the reasons stand in the form."""
        if not self.is_valid():
            return None
        try:
            return self.carry_out(request)
        except Invalid as refused:
            self.refuse(refused, self.fields_of)
            return None

    @property
    def subject(self) -> Organ:
        assert self.organ is not None
        return self.organ


class CreateForm(ActForm):
    name = forms.CharField(label="名称", max_length=100, help_text="“三定”规定或者设立文件上的全称。")
    short_name = forms.CharField(label="简称", max_length=60, required=False)
    code = forms.CharField(
        label="机关代码", max_length=40, help_text="本县自编的短代码，导入导出时用来找到这个机关，例如 sfj。"
    )
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), *Organ.Kind.choices])
    parent = OrganChoice("上级或者设立单位", required=False)
    uscc = forms.CharField(
        label="统一社会信用代码", max_length=18, required=False, help_text="18 位；系统会校验。"
    )
    aliases = forms.CharField(
        label="别名", max_length=200, required=False, help_text="文件中常见的其他叫法，用顿号隔开。"
    )
    valid_from = date_field("设立日期")
    source = source_field("设立依据")

    def carry_out(self, request: HttpRequest) -> str:
        data = dict(self.cleaned_data)
        data["aliases"] = [part for part in data["aliases"].replace("，", "、").split("、") if part.strip()]
        self.organ = registry.create_organ(self.county, **data, by=request.user)
        return f"已登记“{self.organ.name}”，自 {self.organ.valid_from} 起有效。"


class RenameForm(ActForm):
    name = forms.CharField(label="新名称", max_length=100)
    short_name = forms.CharField(label="新简称", max_length=60, required=False)
    on = date_field("生效日", help_text="使用新名称的第一天。以前的文书和统计仍显示原名称。")
    source = source_field("更名依据")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial, self.fields["short_name"].initial = (
            self.subject.name,
            self.subject.short_name,
        )

    def carry_out(self, request: HttpRequest) -> str:
        before = self.subject.name
        registry.rename_organ(self.subject, **self.cleaned_data, today=self.today, by=request.user)
        return f"“{before}”自 {self.cleaned_data['on']} 起更名为“{self.cleaned_data['name']}”。"


class MoveForm(ActForm):
    parent = OrganChoice("新的上级", required=False, help_text="留空表示不再有上级（只限政府、党委等）。")
    on = date_field("生效日", help_text="以前各期的统计仍按当时的隶属关系汇总。")
    source = source_field("调整依据")

    def carry_out(self, request: HttpRequest) -> str:
        parent = self.cleaned_data["parent"]
        registry.move_organ(
            self.subject, parent, on=self.cleaned_data["on"], source=self.cleaned_data["source"],
            today=self.today, by=request.user,
        )  # fmt: skip
        return f"“{self.subject.name}”自 {self.cleaned_data['on']} 起隶属“{parent.name if parent else '（无上级）'}”。"


class MergeForm(ActForm):
    fields_of = {"predecessors": "others"}

    others = forms.ModelMultipleChoiceField(
        Organ.objects.none(),
        label="一并合并的其他机关",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="可不选。按住 Ctrl 可选多个。",
    )
    into = OrganChoice("承继机关", help_text="新设的请先登记。被合并机关的下级、监督和代办关系都转到这里。")
    carry_posts = forms.BooleanField(label="人员以原角色随转到承继机关", required=False, initial=True)
    on = date_field("生效日", help_text="被合并机关存续到前一天。")
    source = source_field("合并依据")

    def carry_out(self, request: HttpRequest) -> str:
        data = self.cleaned_data
        gone = [self.subject, *(organ for organ in data["others"] if organ != self.subject)]
        succession.merge_organs(
            gone, data["into"], on=data["on"], source=data["source"], today=self.today,
            carry_posts=data["carry_posts"], by=request.user,
        )  # fmt: skip
        return f"{'、'.join(f'“{organ.name}”' for organ in gone)}自 {data['on']} 起并入“{data['into'].name}”，历史记录保留。"


class EndForm(ActForm):
    on = date_field("生效日", help_text="不再有这个机关的第一天。")
    source = source_field("撤销依据")

    def carry_out(self, request: HttpRequest) -> str:
        succession.end_organ(self.subject, **self.cleaned_data, today=self.today, by=request.user)
        return f"“{self.subject.name}”自 {self.cleaned_data['on']} 起撤销，历史记录保留。"


class CorrectForm(ActForm):
    kind = forms.ChoiceField(label="类别", choices=Organ.Kind.choices)
    uscc = forms.CharField(label="统一社会信用代码", max_length=18, required=False)
    order = forms.IntegerField(label="排序", help_text="同级之中数字小的在前。")
    on = date_field("更正日期")
    source = source_field("更正依据")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "uscc", "order"):
            self.fields[name].initial = getattr(self.subject, name)

    def carry_out(self, request: HttpRequest) -> str:
        registry.correct_organ(self.subject, **self.cleaned_data, by=request.user)
        return f"“{self.subject.name}”的登记信息已更正。"


class AliasForm(ActForm):
    alias = forms.CharField(
        label="别名", max_length=100, help_text="导入计划和表格时，按这个叫法也能找到该机关。"
    )
    valid_from = date_field("起用日期")
    source = source_field("来源")

    def carry_out(self, request: HttpRequest) -> str:
        registry.add_alias(self.subject, **self.cleaned_data, by=request.user)
        return f"已为“{self.subject.name}”增加别名“{self.cleaned_data['alias']}”。"


class LineForm(ActForm):
    kind = forms.ChoiceField(label="关系", choices=OrganLine.Kind.choices, widget=forms.RadioSelect)
    other = OrganChoice("对方机关", help_text="监督关系及于对方的全部下级。")
    matter = forms.CharField(
        label="事项", max_length=60, help_text="例如：行政复议、行政执法监督、某某领域行政处罚。"
    )
    valid_from = date_field("生效日")
    valid_to = date_field("终止日", required=False)
    source = source_field("依据")

    def carry_out(self, request: HttpRequest) -> str:
        data = dict(self.cleaned_data)
        line = registry.draw_line(
            data.pop("kind"), self.subject, data.pop("other"), data.pop("matter"), **data, by=request.user
        )
        return f"已登记“{self.subject.name}”对“{line.other.name}”的{line.get_kind_display()}关系（{line.matter}）。"


@dataclass(frozen=True)
class Act:
    """One thing that can be done to an organ: its words and its form."""

    key: str
    title: str
    form: type[ActForm]
    verb: str
    lead: str
    danger: bool = False
    confirm: Callable[[Organ], str] | None = None


ACTS = {
    act.key: act
    for act in (
        Act("rename", "更名", RenameForm, "登记更名", "名称改变、职责不变。旧名称保留，历史文书不受影响。"),
        Act("move", "调整隶属", MoveForm, "登记调整", "连同全部下级一起移到新的上级之下。"),
        Act("alias", "增加别名", AliasForm, "增加别名", "只用于辨认，不改变名称。"),
        Act("line", "增加代办、监督关系", LineForm, "登记关系", "没有登记监督关系的，不能发出督办单。"),
        Act("correct", "更正登记信息", CorrectForm, "更正", "类别、信用代码、排序登记错了，在这里更正。"),
        Act(
            "merge",
            "合并",
            MergeForm,
            "登记合并",
            "被合并的机关终止，职责由承继机关承继；统计仍可回看到合并以前。",
            True,
            lambda organ: f"登记“{organ.name}”被合并？\n登记后不能撤回，只能以新的登记更正。",
        ),
        Act(
            "end",
            "撤销",
            EndForm,
            "登记撤销",
            "没有机关承继时使用；有承继机关的请用“合并”。",
            True,
            lambda organ: f"登记撤销“{organ.name}”？\n在此任职的人员将同时免去这里的任职。登记后不能撤回。",
        ),
    )
}
