"""`fazhi report`: live, drafted or frozen; files, JSON, check."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.reports.build import NOW, finished, person

from fazhi.cli import main
from fazhi.reports import freezing
from fazhi.reports.models import Freeze

pytestmark = pytest.mark.usefixtures("demo_county")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["report", "--year", "2025", "--json", *arguments]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_without_a_draft_it_is_composed_from_the_definition(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "--county", "339821")
    assert found["title"] == "安澜县人民政府2025年法治政府建设年度报告"
    assert [p["id"] for p in found["parts"]] == ["measures", "problems", "first", "next", "other"]
    assert found["frozen"] is False
    figure = next(f for f in found["figures"] if f["id"] == "penalty.filed")
    assert figure["cases"] > 0
    assert figure["definition"]
    assert figure["href"].startswith("/figures/penalty.filed/")
    assert "存在的不足及其原因" in found["missing"]


def test_it_is_written_as_docx_and_html(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docx, html = tmp_path / "r.docx", tmp_path / "r.html"
    assert (
        main(
            [
                "report",
                "--year",
                "2025",
                "--docx",
                str(docx),
                "--html",
                str(html),
                "--site",
                "https://x.example",
            ]
        )
        == 0
    )
    with zipfile.ZipFile(docx) as packed:
        document = packed.read("word/document.xml").decode()
        links = packed.read("word/_rels/document.xml.rels").decode()
    assert "法治政府建设年度报告" in document
    assert "https://x.example/figures/penalty.filed/" in links
    page = html.read_text("utf-8")
    assert "https://x.example/figures/penalty.filed/" in page
    assert "待填" in page
    assert "已写入" in capsys.readouterr().out


def test_a_year_without_cases_has_no_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--county", "339821", "--year", "1990"]) == 2
    told = capsys.readouterr()
    assert "1990年度的案件" in told.err
    assert told.out == ""


def test_a_frozen_report_is_given_as_it_was_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    frozen = freezing.freeze(finished(), person(), NOW)
    found = told(capsys)
    assert (found["frozen"], found["moment"], found["digest"]) == (True, frozen.moment, frozen.digest)
    assert told(capsys, "--live")["frozen"] is False
    assert main(["report", "--year", "2025", "--check"]) == 0
    assert "全部数字重新计算一致" in capsys.readouterr().out


def test_a_wrong_figure_gives_exit_code_one(capsys: pytest.CaptureFixture[str]) -> None:
    frozen = freezing.freeze(finished(), person(), NOW)
    text = json.dumps(frozen.text, ensure_ascii=False)
    run = next(r for r in freezing.text_of(frozen).runs() if getattr(r, "figure_id", "") == "county.holders")
    Freeze.objects.update(
        text=json.loads(
            text.replace(
                f'"value": "{run.value}", "figure_id": "county.holders"',
                '"value": "99", "figure_id": "county.holders"',
            )
        )
    )  # type: ignore[union-attr]
    assert main(["report", "--year", "2025", "--check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    assert found["differences"][0]["printed"] == "99"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--year", "2025", "--county", "000000"], "没有代码为 000000"),
        (["--year", "20255"], "年度“20255”不对"),
        (["--year", "2025", "--check"], "还没有定稿"),
        (["--year", "2025", "--docx", "/nowhere/r.docx"], "不能写入"),
        (["--year", "去年"], "年"),
    ],
)
def test_bad_input_is_refused_in_words(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *arguments]) == 2
    assert words in capsys.readouterr().err
