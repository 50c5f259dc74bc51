"""`fazhi check`: one object a line, a linter's lines, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document
from tests.reading import printed

from fazhi.cli import main

GOOD = "排查纠纷500件，化解487件，化解率97.4%。\n"
BAD = "总体情况\n排查纠纷500件，化解487件，化解率94.7%。\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    for name, text in {"good.txt": GOOD, "bad.txt": BAD, "empty.txt": ""}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in ("good.txt", "bad.txt", "empty.txt", "absent.txt")}


def test_json_has_a_line_for_each_file_in_order(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--json", files["bad.txt"], files["good.txt"]]) == 1
    bad, good = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (bad["file"], good["file"]) == (files["bad.txt"], files["good.txt"])
    assert bad["figures"][-1] == {
        "start": BAD.index("94.7%"),
        "end": BAD.index("94.7%") + 5,
        "text": "94.7%",
        "value": "94.7",
        "unit": "%",
        "kind": "percent",
    }
    (finding,) = bad["findings"]
    assert finding["grade"] == "error"
    assert finding["rule"] == "share"
    assert finding["repair"] == "94.7%→97.4%"
    assert [BAD[start:end] for start, end in finding["spans"]] == ["94.7%", "487", "500"]
    assert good["findings"] == []


def test_lines_name_file_line_and_column(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", files["bad.txt"]]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(f"{files['bad.txt']}:2:20: 错误 share ")


def test_no_error_is_zero(files: dict[str, str]) -> None:
    assert main(["check", files["good.txt"]]) == 0


@pytest.mark.parametrize("unread", ["empty.txt", "absent.txt"])
def test_a_file_that_cannot_be_read_is_two_and_the_others_are_checked(
    files: dict[str, str], unread: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--json", files[unread], files["bad.txt"]]) == 2
    told = capsys.readouterr()
    assert unread in told.err
    assert "处理：" in told.err
    assert len(told.out.splitlines()) == 1


def test_what_the_system_says_is_said_in_chinese(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", files["absent.txt"], str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "没有这个文件" in told
    assert "是文件夹" in told
    assert main(["check", files["good.txt"], "--docx", str(tmp_path / "nowhere" / "a.docx")]) == 2
    assert "写不了" in capsys.readouterr().err


def test_places_in_a_pdf_name_page_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.pdf"
    text = "全年排查纠纷500件，经过各单位的共同努力，到年底时已经化解487件，化解率94.7%。"
    file.write_bytes(printed.pdf(printed.pages_of(["总体情况", text], head="年度报告", a_page=2)))
    assert main(["check", str(file)]) == 1
    assert capsys.readouterr().out.startswith(f"{file}:p2:2:12: 错误 share ")
    assert main(["check", "--json", str(file)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["findings"][0]["places"][0] == {"page": 2, "line": 2, "column": 12}
    assert [each["what"] for each in told["source"]["left_out"]] == ["页眉", "页码"]


def test_the_text_that_offsets_count_in_can_be_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.html"
    file.write_text(
        "<body><nav>首页</nav><p>排查纠纷500件，化解487件，化解率97.4%。</p></body>", encoding="utf-8"
    )
    assert main(["check", "--json", "--text", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [told["text"][f["start"] : f["end"]] for f in told["figures"]] == ["500", "487", "97.4%"]


def test_traditional_characters_are_checked_and_shown_as_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "全年排查糾紛500件，化解487件，化解率94.7%，較上年同期有所增長，總體情況良好。資金1.5萬元。"
    file = tmp_path / "a.txt"
    file.write_text(text, encoding="utf-8")
    assert main(["check", "--json", str(file)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [text[f["start"] : f["end"]] for f in told["figures"]] == [f["text"] for f in told["figures"]]
    assert told["figures"][-1]["text"] == "1.5萬"
    assert told["figures"][-1]["value"] == "15000"
    assert "繁体" in told["source"]["notes"][0]


def test_a_plain_file_has_the_fixed_object_and_nothing_more(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "--json", files["good.txt"]])
    assert set(json.loads(capsys.readouterr().out)) == {"file", "figures", "findings"}


def test_an_annotated_document_carries_the_findings_as_comments(
    files: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out.docx"
    assert main(["check", files["bad.txt"], "--docx", str(out)]) == 1
    document = Document(str(out))
    (comment,) = document.comments
    assert "487÷500" in comment.text
    assert "94.7%→97.4%" in comment.text
    assert [p.text for p in document.paragraphs[2:4]] == BAD.strip().split("\n")


def test_annotated_documents_of_several_files_go_into_a_folder(files: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    main(["check", files["bad.txt"], files["good.txt"], "--docx", str(out)])
    assert sorted(path.name for path in out.iterdir()) == ["bad-核校.docx", "good-核校.docx"]


@pytest.mark.parametrize("target", ["out.txt", "bad.txt"])
def test_an_annotated_document_is_never_written_over_something_else(
    files: dict[str, str], target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", files["bad.txt"], "--docx", str(tmp_path / target)]) == 2
    assert "处理：" in capsys.readouterr().err
    assert (tmp_path / "bad.txt").read_text(encoding="utf-8") == BAD
