"""Checking a .docx against GB/T 9704-2012: one mistake a file, each with the words that a clerk should see."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx as python_docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from tests.documents import samples

from fazhi import cli
from fazhi.documents import check, docx
from fazhi.documents.reading import DocumentError

PROSE = "各部门应当按照职责分工，认真落实本通知要求，及时报告工作进展，确保完成全年任务。"


def paragraph(
    document: Any, text: str, *, face: str = "仿宋_GB2312", size: float = 16, pitch: float = 28.95, indent: float = 32,
    squeeze: int = -5, centre: bool = False,
) -> Any:  # fmt: skip
    """A paragraph as a clerk would set it in WPS."""
    p = document.add_paragraph()
    run = p.add_run(text)
    run.font.size = Pt(size)
    properties = run._element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), face)
    spacing = properties.makeelement(qn("w:spacing"), {qn("w:val"): str(squeeze)})
    properties.append(spacing)
    p.paragraph_format.first_line_indent = Pt(indent)
    p.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    p.paragraph_format.line_spacing = Pt(pitch)
    if centre:
        p.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return p


def good() -> Any:
    document = python_docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    paragraph(document, "关于印发工作要点的通知", face="方正小标宋简体", size=22, indent=0, centre=True)
    paragraph(document, "各乡镇人民政府：", indent=0)
    paragraph(document, PROSE)
    paragraph(document, "一、总体要求", face="黑体")
    paragraph(document, PROSE)
    paragraph(document, "（一）加强领导", face="楷体_GB2312")
    paragraph(document, PROSE)
    return document


def findings(document: Any) -> list[check.Finding]:
    file = io.BytesIO()
    document.save(file)
    return check.check(file.getvalue())


def test_a_document_set_by_hand_as_the_standard_asks_has_no_findings() -> None:
    assert findings(good()) == []


@pytest.mark.parametrize("kind", [samples.official, samples.decision, samples.approval, samples.report])
def test_our_own_documents_have_no_findings(kind: Callable[[], Any]) -> None:
    assert check.check(docx.render(kind())) == []


def _margin(document: Any) -> None:
    document.sections[0].top_margin = Mm(25.4)


def _letter(document: Any) -> None:
    document.sections[0].page_width, document.sections[0].page_height = Mm(216), Mm(279)


@pytest.mark.parametrize(
    ("spoil", "message", "clause"),
    [
        (_margin, "上边距是25.4毫米，应当是37毫米", "5.2.1"),
        (_letter, "纸张是216×279毫米，应当是A4", "5.1"),
        (lambda d: paragraph(d, PROSE, face="宋体"), "正文用的是宋体，应当用仿宋", "5.2.2"),
        (lambda d: paragraph(d, PROSE, size=14), "正文字号是14磅，应当是3号", "5.2.2"),
        (lambda d: paragraph(d, PROSE, indent=0), "自然段首行没有空二字", "7.3.3"),
        (lambda d: paragraph(d, PROSE, pitch=30), "行距30磅，每面排21行，应当排22行", "5.2.3"),
        (lambda d: paragraph(d, PROSE, squeeze=0), "每行排27个字，应当排28个字", "5.2.3"),
        (
            lambda d: paragraph(d, "二、主要任务", face="宋体"),
            "一级标题（一、）用的是宋体，应当用黑体",
            "7.3.3",
        ),
        (
            lambda d: paragraph(d, "（二）压实责任", face="黑体"),
            "二级标题（（一））用的是黑体，应当用楷体",
            "7.3.3",
        ),
        (lambda d: paragraph(d, "某政发[2026]1号", indent=0), "没有用六角括号〔〕", "7.2.5"),
        (lambda d: paragraph(d, "某政发（2026）1号", indent=0), "没有用六角括号〔〕", "7.2.5"),
        (lambda d: paragraph(d, "某政发〔2026〕第1号", indent=0), "发文字号里有“第”字", "7.2.5"),
        (lambda d: paragraph(d, "某政发〔2026〕01号", indent=0), "顺序号编了虚位", "7.2.5"),
        (lambda d: paragraph(d, "某政发〔26〕1号", indent=0), "年份没有写全", "7.2.5"),
        (lambda d: paragraph(d, "2026年03月05日", indent=0), "月、日编了虚位", "7.3.5.4"),
        (lambda d: paragraph(d, "二〇二六年三月五日", indent=0), "成文日期用了汉字数字", "7.3.5.4"),
        (lambda d: paragraph(d, "（二）、压实责任", face="楷体"), "后面不用顿号", "7.3.3"),
        (lambda d: paragraph(d, "(二)压实责任"), "二级序号用了半角括号", "7.3.3"),
        (lambda d: paragraph(d, "1、压实责任"), "三级序号后面应当用圆点", "7.3.3"),
        (lambda d: paragraph(d, "附件:任务分工表"), "“附件”后面用了半角冒号", "7.3.4"),
        (lambda d: paragraph(d, "附件：任务分工表。"), "附件名称后面不加标点符号", "7.3.4"),
    ],
)
def test_each_mistake_is_told_once_with_its_clause(
    spoil: Callable[[Any], Any], message: str, clause: str
) -> None:
    document = good()
    spoil(document)
    (finding,) = findings(document)
    assert message in finding.message
    assert finding.law == f"GB/T 9704—2012 {clause}"
    assert finding.next
    assert finding.place


def test_a_title_in_another_face_or_size_is_told() -> None:
    document = good()
    document.paragraphs[0].runs[0].font.size = Pt(20)
    document.paragraphs[0].runs[0]._element.rPr.rFonts.set(qn("w:eastAsia"), "黑体")
    assert [one.message for one in findings(document)] == [
        "标题用的是黑体，应当用小标宋体",
        "标题是20磅，应当是2号（22磅）",
    ]


def test_the_same_mistake_in_many_paragraphs_is_one_finding_that_counts_them() -> None:
    document = good()
    for _ in range(5):
        paragraph(document, PROSE, face="宋体")
    (finding,) = findings(document)
    assert finding.place == "“各部门应当按照职责分工，认真落实…”等5处"


def test_a_court_case_number_in_round_brackets_is_no_mistake() -> None:
    document = good()
    paragraph(document, "某县人民法院作出（2023）闽0823行初12号行政判决，驳回原告的诉讼请求，判决已经生效。")
    assert findings(document) == []


def test_what_a_style_says_holds_for_its_paragraphs() -> None:
    document = python_docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size = Pt(16)
    style.element.rPr.get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    style.element.rPr.append(style.element.makeelement(qn("w:spacing"), {qn("w:val"): "-5"}))
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = Pt(28.95)
    style.paragraph_format.first_line_indent = Pt(32)
    document.add_paragraph(PROSE)
    assert findings(document) == []


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name.replace("__", "/") + ".xml", data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "不是 .docx 文件"),
        (b"hello", "不是 .docx 文件"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "旧格式的 .doc"),
        (archive(other=b"x"), "没有 word/document.xml"),
        (archive(word__document=b"<w:document"), "内容已经损坏"),
        (archive(word__document=b"<a/>"), "没有正文"),
        (archive(word__document=b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'), "文档类型声明"),
        (archive(word__document=b" " * 70_000_000), "解开后太大"),
        (docx.render(samples.report())[:-2000], "不是 .docx 文件"),
    ],
)
def test_a_file_that_is_no_docx_is_refused_in_plain_words(data: bytes, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as refused:
        check.check(data)
    assert "WPS" in refused.value.next


def test_numbers_that_are_none_do_no_harm() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.render(samples.official()))) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    spoiled = (
        files["word/document.xml"]
        .replace(b'w:w="11906"', b'w:w="wide"')
        .replace(b'w:line="579"', b'w:line="1e999"')
    )
    files["word/document.xml"] = spoiled.replace(b'w:left="1587"', b'w:left=""')
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as rewritten:
        for name, data in files.items():
            rewritten.writestr(name, data)
    check.check(file.getvalue())


def test_the_command_tells_findings_by_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fine, bad = tmp_path / "fine.docx", tmp_path / "bad.docx"
    fine.write_bytes(docx.render(samples.official()))
    document = good()
    paragraph(document, "某政发[2026]1号")
    document.save(str(bad))
    assert cli.main(["document", "check", str(fine)]) == 0
    assert "没有发现不符合之处" in capsys.readouterr().out
    assert cli.main(["document", "check", str(bad)]) == 1
    assert "没有用六角括号〔〕（GB/T 9704—2012 7.2.5）" in capsys.readouterr().out
    assert cli.main(["document", "check", "--json", str(fine), str(bad)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [len(one["findings"]) for one in told] == [0, 1]
    assert cli.main(["document", "check", str(tmp_path / "none.docx")]) == 2
    assert "读不了" in capsys.readouterr().err


def test_the_command_lays_out_a_stored_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = tmp_path / "text.json"
    stored.write_text(json.dumps(samples.report().to_json(), ensure_ascii=False), encoding="utf-8")
    out = tmp_path / "report.docx"
    assert (
        cli.main(["document", "render", str(stored), "--out", str(out), "--site", "https://fazhi.example"])
        == 0
    )
    assert out.read_bytes() == docx.render(samples.report(), site="https://fazhi.example")
    assert cli.main(["document", "render", str(stored), "--out", str(tmp_path / "report.html")]) == 0
    assert "数据来源" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert cli.main(["document", "render", str(stored), "--out", str(tmp_path / "report.odt")]) == 2
    assert "不会排成“.odt”格式" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stored", "says"),
    [
        ("{", "不是 JSON 文件"),
        ("[]", "不是一份文书"),
        ('{"kind": "form"}', "缺少项目"),
        ("[" * 100_000, "不是 JSON 文件"),
    ],
)
def test_the_command_refuses_what_is_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stored: str, says: str
) -> None:
    file = tmp_path / "text.json"
    file.write_text(stored, encoding="utf-8")
    assert cli.main(["document", "render", str(file), "--out", str(tmp_path / "x.docx")]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "x.docx").exists()
