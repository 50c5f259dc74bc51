"""Examples for the page of parts (/_style): every part in every state, with words as a case would have them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from fazhi.web import parts
from fazhi.web.forms import Form, date_field
from fazhi.web.lists import Cell, Column, Table, pages_of


class ExampleForm(Form):
    name = forms.CharField(label="当事人", help_text="单位填写营业执照上的全称，个人填写身份证上的姓名。")
    filed = date_field("立案日期", help_text="批准立案的当天，不是发现线索的当天。")
    kind = forms.ChoiceField(
        label="处罚种类",
        choices=[("fine", "罚款"), ("warning", "警告"), ("licence", "吊销许可证件")],
        widget=forms.RadioSelect,
    )
    office = forms.ChoiceField(
        label="承办机构", choices=[("", "请选择"), ("1", "综合执法大队"), ("2", "法制审核科")]
    )
    facts = forms.CharField(label="违法事实", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="当事人同意电子送达，并已签署送达地址确认书", required=False)


def examples(request: HttpRequest) -> dict[str, Any]:
    refused = ExampleForm(
        {"name": "", "filed": "2026-13-01", "kind": "fine", "office": ""}, auto_id="refused_%s"
    )
    return {
        "form": ExampleForm(),
        "refused": refused,
        "counters": [
            {"label": "待办", "value": 12, "icon": "inbox", "note": "其中 3 件今日新到"},
            {"label": "预警", "value": 4, "icon": "alert-triangle", "tone": "amber", "note": "3 日内到期"},
            {"label": "超期", "value": 2, "icon": "alert-circle", "tone": "red", "note": "最长超期 5 日"},
            {"label": "被督办", "value": 1, "icon": "flag", "tone": "grey", "note": "2026-11-25 前答复"},
            {
                "label": "本年办结",
                "value": 168,
                "icon": "circle-check",
                "tone": "green",
                "note": "按期 97.6%",
            },
        ],
        "tabs": [
            {"title": "基本信息", "url": "#", "current": True},
            {"title": "流程", "url": "#"},
            {"title": "文书", "url": "#", "count": 6},
            {"title": "证据", "url": "#", "count": 14},
            {"title": "时间轴", "url": "#"},
        ],
        "steps": [
            {"title": "立案", "state": "done", "when": "2026-09-03", "by": "陈志远"},
            {"title": "调查取证", "state": "done", "when": "2026-10-20", "by": "陈志远"},
            {"title": "法制审核", "state": "current", "when": "2026-11-18 起", "by": "林晓燕"},
            {"title": "告知", "state": "future"},
            {"title": "听证", "state": "skipped"},
            {"title": "决定", "state": "future"},
            {"title": "送达", "state": "future"},
            {"title": "执行与结案", "state": "future"},
        ],
        "gates": [
            {"title": "执法人员不少于两人", "law": "行政处罚法 第四十二条", "result": "met"},
            {
                "title": "法制审核通过",
                "law": "行政处罚法 第五十八条",
                "result": "unmet",
                "why": "不能作出决定：法制审核未完成。",
                "url": "#",
            },
            {"title": "告知拟处罚内容及权利", "law": "行政处罚法 第四十四条", "result": "unknown"},
        ],
        "items": [
            {
                "title": "送交法制审核",
                "when": date(2026, 11, 18),
                "by": "陈志远",
                "organ": "县市场监督管理局",
                "body": "调查终结，拟罚款 30,000.00 元。",
                "tags": ["第 2 次"],
            },
            {
                "title": "补充鉴定意见",
                "when": date(2026, 10, 12),
                "by": "陈志远",
                "organ": "县市场监督管理局",
                "law": "行政处罚法 第五十四条",
                "tone": "grey",
                "recorded": date(2026, 10, 15),
            },
            {
                "title": "登记保存涉案物品",
                "when": date(2026, 9, 9),
                "by": "王海",
                "organ": "县市场监督管理局",
                "void": True,
                "tone": "red",
                "body": "已撤销：清单数量有误，另行登记。",
            },
        ],
        "derivation": [
            {"date": "2026-09-03", "what": "立案之日，不计入", "law": "行政处罚法 第六十条"},
            {
                "date": "2026-09-20 — 2026-10-12",
                "what": "鉴定期间 23 日，不计入办案期限",
                "law": "行政处罚法 第六十条",
            },
            {"date": "2026-12-25", "what": "第 90 日，办案期限届满", "law": "行政处罚法 第六十条"},
        ],
        "rows": [
            {"label": "案由", "value": "经营标签不符合规定的食品", "change": "#"},
            {
                "label": "当事人",
                "value": "安澜县城关镇惠民食品店",
                "change": "#",
                "note": "统一社会信用代码 92350881MA0000000X",
            },
            {"label": "拟处罚款", "value": parts.yuan(3000000), "change": "#"},
            {"label": "从轻情节", "value": "", "change": "#"},
        ],
        "table": Table(
            columns=[
                Column("number", "案号", sort="number"),
                Column("title", "案由", kind="wide"),
                Column("phase", "环节", kind="tag"),
                Column("officer", "承办人"),
                Column("due", "到期日", kind="date", sort="due"),
                Column("light", "状态", kind="light"),
                Column("fine", "罚款", kind="number", sort="fine"),
            ],
            rows=[
                {
                    "number": Cell("安市监处罚〔2026〕45号", "#"),
                    "title": Cell("经营标签不符合规定的食品", note="惠民食品店"),
                    "phase": parts.tag("法制审核", "blue"),
                    "officer": "陈志远",
                    "due": parts.day(date(2026, 12, 25)),
                    "light": parts.light("green", 34),
                    "fine": parts.yuan(3000000),
                },
                {
                    "number": Cell("安市监处罚〔2026〕41号", "#"),
                    "title": Cell("无照经营特种设备检验", note="闽西设备有限公司"),
                    "phase": parts.tag("告知", "blue"),
                    "officer": "王海",
                    "due": parts.day(date(2026, 11, 24)),
                    "light": parts.light("amber", 3),
                    "fine": parts.yuan(12000000),
                },
                {
                    "number": Cell("安市监处罚〔2026〕36号", "#"),
                    "title": Cell("发布虚假广告", note="某养生馆"),
                    "phase": parts.tag("决定", "blue"),
                    "officer": "陈志远",
                    "due": parts.day(date(2026, 11, 16)),
                    "light": parts.light("red", 5),
                    "fine": parts.yuan(500000),
                },
                {
                    "number": Cell("安市监处罚〔2026〕30号", "#"),
                    "title": Cell("销售不合格电线电缆", note="兴达五金店"),
                    "phase": parts.tag("中止", "grey"),
                    "officer": "王海",
                    "due": parts.day(None),
                    "light": parts.light("grey"),
                    "fine": "—",
                },
            ],
            caption="案件列表示例",
            sort="-due",
            query=QueryDict(),
            first=1,
        ),
        "page": pages_of(QueryDict("page=4"), 187),
    }
