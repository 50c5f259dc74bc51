"""版式检查: what the page says of a file, and that it reads no more than it should."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.documents import samples
from tests.documents.test_check import findings, good, paragraph
from tests.web import build

from fazhi.documents import docx
from fazhi.web.views import layout


@pytest.fixture
def client(place: dict[str, Any]) -> Client:
    return build.signed_in(place["handler"])


def post(client: Client, *files: SimpleUploadedFile) -> Any:
    return client.post("/layout/", {"files": list(files)})


def bad() -> bytes:
    document = good()
    paragraph(document, "某政发[2026]1号")
    assert len(findings(document)) == 1
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_the_menu_leads_to_the_page(client: Client) -> None:
    answer = client.get("/layout/")
    assert answer.status_code == 200
    assert 'href="/layout/"' in answer.content.decode()


def test_findings_stand_under_the_name_of_their_file(client: Client) -> None:
    answer = post(
        client,
        SimpleUploadedFile("甲.docx", docx.render(samples.official())),
        SimpleUploadedFile("乙.docx", bad()),
    )
    told = answer.content.decode()
    assert answer.status_code == 200
    assert "没有发现不符合之处" in told[told.index("甲.docx") : told.index("乙.docx")]
    after = told[told.index("乙.docx") :]
    assert "有 1 处不符合" in after
    assert "发文字号的年份没有用六角括号〔〕" in after
    assert "GB/T 9704—2012 7.2.5" in after


def test_what_cannot_be_read_is_told_and_hides_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = post(client, SimpleUploadedFile("丙.docx", b"hello"))
    assert answer.status_code == 422
    assert "丙.docx：这不是 .docx 文件，或者文件已经损坏" in answer.content.decode()
    answer = post(client, SimpleUploadedFile("丙.docx", b"hello"), SimpleUploadedFile("乙.docx", bad()))
    assert answer.status_code == 200
    assert "丙.docx：" in answer.content.decode()
    assert "有 1 处不符合" in answer.content.decode()
    assert post(client).status_code == 422
    monkeypatch.setattr(layout, "BYTES", 100)
    assert "超过" in post(client, SimpleUploadedFile("乙.docx", bad())).content.decode()


def test_nobody_sees_it_without_signing_in() -> None:
    assert Client().get("/layout/").status_code in (302, 403)
