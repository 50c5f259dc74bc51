"""A composed text: stored and read back unchanged, and its digest outlives erasure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fazhi.procedures.text import (
    Attachment,
    Figure,
    Heading,
    Masked,
    Missing,
    Note,
    PageBreak,
    Paragraph,
    Personal,
    Row,
    Rows,
    SignatureLines,
    Source,
    Table,
    Text,
    TextError,
    canonical,
    plain,
)

WHOLE = Text(
    kind="official",
    title="关于某事的决定",
    organ="某县人民政府",
    number="某政发〔2026〕1号",
    addressee=(Personal("张三", "ab12", "当事人"),),
    date=date(2026, 3, 5),
    blocks=(
        Heading(1, "一、事实"),
        Paragraph(("查明", Personal("李四", "cd34", "证人"), "付款", Missing("数额"), "元。"), indent=False),
        Paragraph(("办结率", Figure("98.5", "on_time", "/figures/on_time", "截至3月"), "%。")),
        Table((((("a",), (Figure("1", "n"),))),), header=("甲", "乙"), widths=(1, 3), caption="表1"),
        Rows(((Row("案由", ("违法",)), Row("来源", (Missing("来源"),), lines=3)),)),
        SignatureLines(("当事人", "执法人员"), dated=False),
        PageBreak(),
        Note(("本表一式两份",)),
    ),
    signature=("某县人民政府", "某县司法局"),
    attachments=(Attachment("清单", (Paragraph((Masked("住址", "ef56"),)),)), Attachment("说明")),
    copies_to=("某局",),
    printed_by="某县人民政府办公室",
    seal=False,
    status="issued",
    sources=(Source("on_time", "按期办结率", "98.5%", "按期÷应结", "第12位", 7, "/figures/on_time"),),
)


def test_a_text_survives_storage() -> None:
    stored = json.loads(canonical(WHOLE.to_json()))
    assert Text.from_json(stored) == WHOLE
    assert canonical(Text.from_json(stored).to_json()) == canonical(WHOLE.to_json())


def test_storage_holds_no_floats_and_leaves_defaults_out() -> None:
    data = Text("form", "决定书", "某局").to_json()
    assert data == {"kind": "form", "title": "决定书", "organ": "某局"}


def test_the_digest_is_known() -> None:
    # written down by hand: a change here breaks every digest in the ledgers that exist
    body = '{"kind":"form","organ":"某局","title":"决定书"}'.encode()
    assert Text("form", "决定书", "某局").digest() == hashlib.sha256(body).hexdigest()


def test_the_digest_does_not_depend_on_personal_words_but_on_their_commitment() -> None:
    def named(words: str, commit: str) -> Text:
        return Text("form", "决定书", "某局", (Paragraph((Personal(words, commit, "姓名"),)),))

    assert named("张三", "ab").digest() == named("李四", "ab").digest()
    assert named("张三", "ab").digest() != named("张三", "cd").digest()
    assert named("张三", "ab").digest() == named("张三", "ab").masked().digest()


def test_a_masked_text_holds_no_personal_word() -> None:
    assert "张三" in canonical(WHOLE.to_json()).decode()
    masked = canonical(WHOLE.masked().to_json()).decode()
    assert "张三" not in masked
    assert "李四" not in masked


@pytest.mark.parametrize(
    "change",
    [
        {"title": "关于别的事的决定"},
        {"number": None},
        {"date": date(2026, 3, 6)},
        {"blocks": ()},
        {"seal": True},
    ],
)
def test_every_other_word_changes_the_digest(change: dict[str, Any]) -> None:
    assert replace(WHOLE, **change).digest() != WHOLE.digest()


def test_what_is_still_to_fill_is_listed_once_in_order() -> None:
    twice = Text("form", "表", "某局", (Paragraph((Missing("数额"), Missing("日期"), Missing("数额"))),))
    assert twice.missing() == ("数额", "日期")
    assert WHOLE.missing() == ("数额", "来源")


def test_plain_words_of_runs() -> None:
    assert (
        plain(("付", Figure("3", "f"), Missing("元"), Masked("名"), Personal("张", "c")))
        == "付3〔待填：元〕＊＊＊张"
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"kind": "form", "title": "x"}, "缺少项目：organ"),
        ({"kind": "letter", "title": "x", "organ": "y"}, "只能是official、form、report之一"),
        ({"kind": "form", "title": "x", "organ": "y", "colour": "red"}, "不认识的项目：colour"),
        ({"kind": "form", "title": "x", "organ": "y", "date": "2026-02-30"}, "不是日期：2026-02-30"),
        ({"kind": "form", "title": 3, "organ": "y"}, "title的值不能用在这里"),
        ({"kind": "form", "title": "x", "organ": "y", "seal": 1}, "seal的值不能用在这里"),
        ({"kind": "form", "title": "x", "organ": "y", "blocks": "z"}, "blocks应当是列表"),
        ({"kind": "form", "title": "x", "organ": "y", "blocks": [{"is": "figure"}]}, "“figure”不能用在这里"),
        (
            {"kind": "form", "title": "x", "organ": "y", "blocks": [{"is": "picture"}]},
            "“picture”不能用在这里",
        ),
        (
            {
                "kind": "form",
                "title": "x",
                "organ": "y",
                "blocks": [{"is": "heading", "level": 5, "text": "t"}],
            },
            "标题层次只有1至4级",
        ),
    ],
)
def test_a_stored_text_that_is_none_is_refused_with_the_place(data: dict[str, Any], says: str) -> None:
    with pytest.raises(TextError, match=says):
        Text.from_json(data)


def test_half_a_character_is_refused_in_plain_words() -> None:
    with pytest.raises(TextError, match="不能保存的字符"):
        Text("form", "\ud800", "某局").digest()
