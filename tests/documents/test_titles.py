"""Titles broken by GB/T 9704-2012 7.3.1: words whole, a trapezium or a rhombus."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazhi.documents.measures import ems
from fazhi.documents.titles import lines

COUNTY = ("青溪县人民政府",)


@pytest.mark.parametrize(
    ("title", "names", "broken"),
    [
        ("行政处罚决定书", (), ("行政处罚决定书",)),
        (
            "青溪县人民政府2025年法治政府建设年度报告",
            COUNTY,
            ("青溪县人民政府", "2025年法治政府建设年度报告"),
        ),
        (
            "青溪县市场监督管理局2026年法治政府建设年度报告",
            ("青溪县市场监督管理局",),
            ("青溪县市场监督管理局", "2026年法治政府建设年度报告"),
        ),
        (
            "关于进一步加强行政规范性文件监督管理工作的实施意见",
            (),
            ("关于进一步加强行政规范性文件", "监督管理工作的实施意见"),
        ),
        (
            "青溪县人民政府关于2025年法治政府建设年度情况的报告",
            COUNTY,
            ("青溪县人民政府", "关于2025年法治政府建设年度情况的报告"),
        ),
        (
            "青溪县人民政府关于印发《青溪县2026年法治政府建设工作要点》的通知",
            COUNTY,
            ("青溪县人民政府关于印发", "《青溪县2026年法治政府建设工作要点》", "的通知"),
        ),
        ("上\n下", (), ("上", "下")),
    ],
)
def test_a_title_is_broken_where_it_reads_well(
    title: str, names: tuple[str, ...], broken: tuple[str, ...]
) -> None:
    assert lines(title, names=names) == broken


@pytest.mark.parametrize("whole", ["2026年3月5日", "《条例》", "〔2026〕17号", "行政处罚"])
def test_what_belongs_together_is_never_torn(whole: str) -> None:
    for before in range(12, 22):
        title = "各" * before + whole + "及其他有关各项内容的通知"
        assert any(whole in line for line in lines(title)), title


def test_three_lines_make_no_hourglass() -> None:
    for title in (
        "青溪县人民政府办公室关于印发青溪县重大行政决策程序规定和重大行政决策事项目录的通知",
        "关于责令青溪县城市管理和综合执法局限期纠正超期未办结行政处罚案件并书面报告整改情况的督办通知",
    ):
        sizes = [
            ems(line) for line in lines(title, names=("青溪县人民政府办公室", "青溪县城市管理和综合执法局"))
        ]
        assert len(sizes) == 3
        assert not (sizes[1] < sizes[0] and sizes[1] < sizes[2])


@given(st.text(alphabet="关于的通知《》〔〕、，2026年Aa县政府法治建设和及", max_size=70))
def test_nothing_is_lost_and_no_line_is_too_long(title: str) -> None:
    broken = lines(title)
    assert "".join(broken) == title
    assert all(ems(line) <= 19 for line in broken)
