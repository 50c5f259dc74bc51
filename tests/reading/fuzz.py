"""Random texts of the genre's own words, for the test and, longer, for the benchmark."""

from __future__ import annotations

import random

from fazhi.reading.check import Report

WORDS = [
    "其中",
    "共",
    "合计",
    "占",
    "总数的",
    "同比",
    "增长",
    "下降",
    "较上年",
    "上年结转",
    "结转下年",
    "其余",
    "分别",
    "率",
    "件",
    "项",
    "人次",
    "万元",
    "亿元",
    "个百分点",
    "由",
    "增加到",
    "%",
    "‰",
    "，",
    "。",
    "、",
    "；",
    "：",
    "（",
    "）",
    "“",
    "”",
    "\n",
    "|",
    "\t",
    "第",
    "年",
    "月",
    "日",
    "二十六",
    "百分之",
    "七成",
    "近",
    "余",
    "以上",
    "不低于",
    "平均每件",
    "日均",
    "是",
    "的",
    "倍",
    "全县",
    "个",
    "乡镇",
    "现有",
    "抽查",
    "应",
    "实际",
    "已",
    "受理",
    "办结",
    "新收",
    "三类",
    "四步",
    "《",
    "》",
    "0",
    "1",
    "00",
    "3.5",
    "１２",
    "",
]


def text(chance: random.Random, length: int) -> str:
    """A text of so many words, numbers strewn in."""
    return "".join(
        str(chance.randint(0, 10 ** chance.randint(1, 5))) if chance.random() < 0.35 else chance.choice(WORDS)
        for _ in range(length)
    )


def sound(read: str, report: Report) -> None:
    """Spans lie inside the text, figures are in order and apart, every finding has a place and words."""
    end = 0
    for figure in report.figures:
        assert end <= figure.start < figure.end <= len(read)
        assert read[figure.start : figure.end] == figure.text
        assert figure.value.is_finite()
        figure.as_json()
        end = figure.end
    for finding in report.findings:
        assert finding.spans
        assert finding.message
        assert all(0 <= start < stop <= len(read) for start, stop in finding.spans)
