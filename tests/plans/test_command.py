"""`fazhi plan import FILE --dry-run`: the fixed JSON, the listing for people, and what is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from fazhi.cli import main
from fazhi.plans.command import plain

TEXT = """云溪县2024年工作要点
云政办发〔2024〕18号
一、任务
1.加强审核。2024年底前，审核率达到95.50%以上。（县司法局、县府办）
2.加强执法。（县公安局、县教育局按职责落实）
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "计划.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_the_json_has_the_fixed_shape(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "import", str(plan), "--dry-run", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["tasks"] == [
        {
            "number": "1",
            "section": "任务",
            "title": "加强审核",
            "text": "加强审核。2024年底前，审核率达到95.50%以上。",
            "lead": "县司法局",
            "cooperating": ["县府办"],
            "targets": [
                {
                    "text": "审核率达到95.50%以上",
                    "op": ">=",
                    "value": "95.5",
                    "unit": "%",
                    "due": "2024-12-31",
                }
            ],
        },
        {
            "number": "2",
            "section": "任务",
            "title": "加强执法",
            "text": "加强执法。",
            "lead": None,
            "cooperating": ["县公安局", "县教育局"],
            "targets": [],
        },
    ]
    assert printed["plan"] == {
        "title": "云溪县2024年工作要点",
        "number": "云政办发〔2024〕18号",
        "issued_on": None,
    }
    assert printed["goals"] == []


def test_the_listing_is_for_people(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "import", str(plan), "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "1. 加强审核" in shown
    assert "牵头：县司法局  配合：县府办" in shown
    assert "目标：不低于 95.5%，2024-12-31 前（审核率达到95.50%以上）" in shown
    assert "共 2 项任务，1 个目标；1 项没有牵头单位。预览，没有保存。" in shown


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", "他走进院子，雨下得正紧。".encode(), "没有读到任务"),
        ("a.txt", b"", "空的"),
        ("a.txt", b"\x00\x01\x02" * 99, "不是文本"),
        ("a.pdf", b"%PDF-1.7", "PDF 已损坏"),
        ("a.docx", b"PK\x03\x04", "已损坏"),
    ],
)
def test_bad_files_end_with_2_and_one_clear_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert main(["plan", "import", str(tmp_path / name), "--dry-run", "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert "处理：" in printed.err
    assert "Traceback" not in printed.err


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "import", str(tmp_path / "没有.txt"), "--dry-run"]) == 2
    assert main(["plan", "import", str(tmp_path), "--dry-run"]) == 2
    said = capsys.readouterr().err
    assert "没有“" in said
    assert "是文件夹" in said


@pytest.mark.parametrize(
    ("value", "text"), [("16000.0", "16000"), ("3.50", "3.5"), ("1E+4", "10000"), ("100", "100")]
)
def test_a_value_is_a_plain_decimal(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text
