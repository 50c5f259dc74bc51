"""Texts that are no plan are refused in words that say what is wrong and what to do."""

from __future__ import annotations

import pytest

from fazhi.errors import UserError
from fazhi.plans.parse import NotAPlan, parse_plan

NO_PLANS = {
    "empty": "",
    "blank": " \n\u3000\n",
    "a novel": "他提着灯笼走进院子，雨下得正紧。（县城的钟楼敲了三下。）她说：“你来了。”一共有3个人，达到了100%的湿透。",
    "a poem": "床前明月光\n疑是地上霜\n",
    "an annual report": """云溪县2023年法治政府建设情况报告
一、主要举措和成效
（一）加强领导。召开会议12次，审查率达到100%。
（二）规范执法。培训执法人员300人次。
二、存在问题
（一）力量不足。
三、下步打算
（一）加强培训。培训率达到100%。
""",
    "a report that names organs": "云溪县2023年工作总结\n1.办结案件12件。（县司法局）\n2.调解成功率98%。（县司法局、各乡镇）\n",
    "a statute": "云溪县档案管理办法\n第一条 为了规范管理，制定本办法。\n第二条 县档案局负责全县档案工作。\n",
    "a list": "1.苹果\n2.梨\n3.桃\n",
    "numbers": "1,2,3\n4,5,6\n",
    "signs": "（（（（）】】〔、、、。。。",
    "the foot of a page": "扫一扫在手机打开当前页\n主办单位：云溪县人民政府办公室\n",
    "too long": "1.甲事。（县司法局）\n" * 50_000,
}


@pytest.mark.parametrize("name", NO_PLANS)
def test_what_is_no_plan_is_refused(name: str) -> None:
    with pytest.raises(NotAPlan) as refused:
        parse_plan(NO_PLANS[name])
    assert isinstance(refused.value, UserError)
    assert refused.value.message.endswith("。")
    assert refused.value.next


def test_the_refusal_names_the_document_and_the_rule() -> None:
    with pytest.raises(NotAPlan) as refused:
        parse_plan(NO_PLANS["an annual report"])
    assert "《云溪县2023年法治政府建设情况报告》是报告" in refused.value.message
    assert "编号" in refused.value.law
