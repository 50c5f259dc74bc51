"""Checking a .docx against GB/T 9704-2012: one mistake a file, each with the words that a clerk should see."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx as python_docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from tests.documents import samples

from fazhi import cli
from fazhi.documents import check, docx, reading
from fazhi.documents.ooxml import W
from fazhi.documents.reading import DocumentError
from fazhi.documents.rules import Finding, rules

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


def number(footer: Any, align: Any, *, dash: str = "—", size: float = 14) -> None:
    """— 1 — as a field, at one side."""
    p = footer.paragraphs[0]
    p.alignment = align
    for text, field in ((f"{dash} ", ""), ("", "PAGE"), (f" {dash}", "")):
        run = p.add_run(text)
        run.font.size = Pt(size)
        if field:
            for kind in ("begin", "", "end"):
                tag = qn("w:fldChar") if kind else qn("w:instrText")
                node = run._element.makeelement(tag, {qn("w:fldCharType"): kind} if kind else {})
                if not kind:
                    node.text = f" {field} "
                run._element.append(node)


def pages(document: Any, **words: Any) -> Any:
    """Page numbers on the outer side."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT, **words)
    number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, **words)
    return document


def good(numbered: bool = True) -> Any:
    document = python_docx.Document()
    if numbered:
        pages(document)
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


def findings(document: Any) -> list[Finding]:
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


def _pages(**words: Any) -> Any:
    return lambda _: pages(good(numbered=False), **words)


def _one_side(document: Any) -> Any:
    document = good(numbered=False)
    number(document.sections[0].footer, WD_ALIGN_PARAGRAPH.CENTER)
    return document


def _wrong_side(document: Any) -> None:
    document.sections[0].even_page_footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _said(*texts: str) -> Any:
    """Lines in the face of their level."""

    def spoil(document: Any) -> None:
        for text in texts:
            face = (
                "楷体" if text[0] == "（" and not text[1].isdigit() else "黑体" if text[1] == "、" else "仿宋"
            )
            paragraph(document, text, face=face)

    return spoil


def _title(**words: Any) -> Any:
    def spoil(document: Any) -> None:
        document.paragraphs[0].runs[0].font.size = Pt(words.get("size", 22))
        document.paragraphs[0].runs[0]._element.rPr.rFonts.set(
            qn("w:eastAsia"), words.get("face", "方正小标宋简体")
        )

    return spoil


# One bad file for each rule: what spoils the good one, the rule, what a clerk reads.
BAD = [
    (_letter, "page-size", "纸张是216×279毫米，应当是A4"),
    (_margin, "page-margin", "上边距是25.4毫米，应当是37毫米"),
    (lambda _: good(numbered=False), "page-number", "没有页码"),
    (_pages(dash="-"), "page-number-form", "页码写作“-  -”，数字左右应当各放一条一字线"),
    (_pages(size=9), "page-number-size", "页码是9磅，应当是4号"),
    (_one_side, "page-number-side", "单、双页的页码没有分别居右、居左空一字"),
    (_wrong_side, "page-number-side", "双页页码没有居左空一字"),
    (lambda d: paragraph(d, PROSE, face="宋体"), "face-body", "正文用的是宋体，应当用仿宋"),
    (lambda d: paragraph(d, PROSE, size=14), "size-body", "正文字号是14磅，应当是3号"),
    (_title(face="黑体"), "face-title", "标题用的是黑体，应当用小标宋体"),
    (_title(size=20), "size-title", "标题是20磅，应当是2号（22磅）"),
    (
        lambda d: paragraph(d, "二、主要任务", face="宋体"),
        "face-level-1",
        "一级标题（一、）用的是宋体，应当用黑体",
    ),
    (
        lambda d: paragraph(d, "（二）压实责任", face="黑体"),
        "face-level-2",
        "二级标题（（一））用的是黑体，应当用楷体",
    ),
    (lambda d: paragraph(d, PROSE, indent=0), "indent", "自然段首行没有空二字"),
    (
        lambda d: setattr(paragraph(d, PROSE).paragraph_format, "line_spacing", 1.5),
        "lines-loose",
        "行距不是固定值",
    ),
    (lambda d: paragraph(d, PROSE, pitch=30), "lines-per-page", "行距30磅，每面排21行，应当排22行"),
    (lambda d: paragraph(d, PROSE, squeeze=0), "chars-per-line", "每行排27个字，应当排28个字"),
    (_said("（二）第二项", "（1）一点", "1.一项"), "level-order", "“1.”排在“（1）”之下，层次颠倒"),
    (_said("（三）落实责任"), "level-sequence", "序号“（三）”前面应当是“（二）”，实际是“（一）”"),
    (_said("1.第一项", "3.第三项"), "level-sequence", "序号“3.”前面应当是“2.”，实际是“1.”"),
    (_said("某政发[2026]1号"), "number-brackets", "没有用六角括号〔〕"),
    (_said("某政发（2026）1号"), "number-brackets", "没有用六角括号〔〕"),
    (_said("某政发〔2026〕第1号"), "number-di", "发文字号里有“第”字"),
    (_said("某政发〔2026〕01号"), "number-zero", "顺序号编了虚位"),
    (_said("某政发〔26〕1号"), "number-year", "年份没有写全"),
    (_said("2026年03月05日"), "date-zero", "月、日编了虚位"),
    (_said("二〇二六年三月五日"), "date-numerals", "成文日期用了汉字数字"),
    (_said("2026-03-05"), "date-form", "成文日期没有写成年、月、日"),
    (lambda d: paragraph(d, "（二）、压实责任", face="楷体"), "level-2-comma", "后面不用顿号"),
    (_said("(二)压实责任"), "level-2-brackets", "二级序号用了半角括号"),
    (_said("二.主要任务"), "level-1-dot", "一级序号后面应当用顿号"),
    (_said("1、压实责任"), "level-3-comma", "三级序号后面应当用圆点"),
    (_said("(1)压实责任"), "level-4-brackets", "四级序号用了半角括号"),
    (_said("县政府各部门:"), "addressee-colon", "主送机关后面用了半角冒号"),
    (_said("附件:任务分工表"), "attachment-colon", "“附件”后面用了半角冒号"),
    (_said("附件：任务分工表。"), "attachment-stop", "附件名称后面不加标点符号"),
]


@pytest.mark.parametrize(("spoil", "rule", "message"), BAD)
def test_each_mistake_is_told_once_with_its_clause(
    spoil: Callable[[Any], Any], rule: str, message: str
) -> None:
    document = good()
    made = spoil(document)
    found = findings(made if hasattr(made, "save") else document)
    (one,) = found
    assert one.rule == rule
    assert message in one.message
    assert one.law.startswith("GB/T 9704—2012 ")
    assert one.next
    assert one.place
    assert "{" not in one.message + one.next


def test_every_rule_has_a_file_that_breaks_it() -> None:
    assert set(rules()) == {rule for _, rule, _ in BAD if rule}


def test_a_document_with_a_grid_of_22_lines_of_28_characters_is_right() -> None:
    document = good()
    grid = document.sections[0]._sectPr.makeelement(
        qn("w:docGrid"),
        {qn("w:type"): "linesAndChars", qn("w:linePitch"): "579", qn("w:charSpace"): "-849"},
    )
    for old in document.sections[0]._sectPr.findall(qn("w:docGrid")):
        document.sections[0]._sectPr.remove(old)
    document.sections[0]._sectPr.append(grid)
    for p in document.paragraphs:
        p.paragraph_format.line_spacing = None
        for spacing in p._element.iter(qn("w:spacing")):
            if spacing.get(qn("w:val")):
                spacing.set(qn("w:val"), "0")
    assert findings(document) == []


def test_tasks_counted_through_all_parts_are_no_gap() -> None:
    document = good()
    for text in ("1.甲", "2.乙", "（二）分类施策", "3.丙", "4.丁"):
        paragraph(document, text, face="楷体" if text.startswith("（") else "仿宋")
    assert findings(document) == []


def test_the_number_of_the_paragraph_is_told() -> None:
    document = good()
    paragraph(document, "2026年03月05日")
    (one,) = findings(document)
    assert one.line == len(document.paragraphs)


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
    document = pages(python_docx.Document())
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


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512


_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NESTED = (
    b"<w:document %s><w:body><w:p>" % _W
    + b"<w:a>" * 5000
    + b"</w:a>" * 5000
    + b"</w:p></w:body></w:document>"
)


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name.replace("__", "/") + ("" if "." in name else ".xml"), data)
    return file.getvalue()


def locked() -> bytes:
    """An archive whose entries say that they are encrypted."""
    data = bytearray(archive(word__document=b"<a/>"))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "不是 .docx 文件"),
        (b"hello", "不是 .docx 文件"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "旧格式的 .doc"),
        (archive(other=b"x"), "没有 word/document.xml"),
        (archive(word__document=b"<w:document"), "内容已经损坏"),
        (archive(word__document=b"<a/>"), "没有正文"),
        (archive(word__document=NESTED), "层层嵌套"),
        (archive(word__document=b'<?xml version="1.0" encoding="klingon"?><a/>'), "内容已经损坏"),
        (archive(word__document=b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'), "文档类型声明"),
        (archive(word__document=b" " * 70_000_000), "解开后太大"),
        (archive(**{f"x{n}": b"" for n in range(20_001)}), "文件太多"),
        (archive(**{"word__document": b"<a/>", "word__vbaProject.bin": b"x"}), "带有宏"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
        (locked(), "加了密码"),
        (
            archive(word__document=b'<a xmlns="http://purl.oclc.org/ooxml/wordprocessingml/main"/>'),
            "严格 Open XML",
        ),
        (docx.render(samples.report())[:-2000], "不是 .docx 文件"),
    ],
)
def test_a_file_that_is_no_docx_is_refused_in_plain_words(data: bytes, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as refused:
        check.check(data)
    assert refused.value.next


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


def test_the_command_prints_like_a_linter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fine, bad, none = tmp_path / "fine.docx", tmp_path / "bad.docx", tmp_path / "none.docx"
    fine.write_bytes(docx.render(samples.official()))
    document = good()
    paragraph(document, "某政发[2026]1号")
    document.save(str(bad))
    assert cli.main(["layout", str(fine)]) == 0
    assert "没有发现不符合之处" in capsys.readouterr().out
    assert cli.main(["layout", str(bad)]) == 1
    told = capsys.readouterr().out
    assert f"{bad}:{len(document.paragraphs)}: number-brackets " in told
    assert "没有用六角括号〔〕（GB/T 9704—2012 7.2.5）。" in told
    assert cli.main(["layout", str(none)]) == 2
    assert "读不了" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_does_not_hide_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, broken = tmp_path / "bad.docx", tmp_path / "broken.docx"
    document = good()
    paragraph(document, "某政发[2026]1号")
    document.save(str(bad))
    broken.write_bytes(b"hello")
    assert cli.main(["layout", "--json", str(broken), str(bad)]) == 2
    told = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in told] == [str(broken), str(bad)]
    assert "不是 .docx 文件" in told[0]["error"]
    assert [one["rule"] for one in told[1]["findings"]] == ["number-brackets"]


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


def packed(document: str, styles: str = "") -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{document}</w:body></w:document>")
        archive.writestr("word/styles.xml", f"<w:styles {space}>{styles}</w:styles>")
    return out.getvalue()


def test_tags_without_end_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(DocumentError, match="标记多得不正常"):
        check.check(packed("<a/>" * 2_000_001))


def test_styles_upon_styles_without_end_are_followed_so_far_only() -> None:
    chain = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>'
        for n in range(3000)
    )
    styles = reading._Styles(ElementTree.fromstring(f'<w:styles xmlns:w="{W}">{chain}</w:styles>'))
    with_properties = styles.by_id["s2999"]
    ElementTree.SubElement(with_properties, f"{{{W}}}rPr")
    assert list(styles.chain("s0")) == []
    assert len(list(styles.chain("s2990"))) == 1
