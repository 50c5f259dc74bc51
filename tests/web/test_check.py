"""核校: what the page shows, carries, exports and keeps, and for whom."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from tests.reading import printed
from tests.web import build

from fazhi.figures.models import ImportedFigure
from fazhi.web import check_pages
from fazhi.web.models import Draft
from fazhi.web.views import check

BAD = "安定县2025年法治政府建设年度报告\n排查纠纷500件，化解487件，化解率94.7%。\n资金<b>1.5万元</b>。"
LAST = "安定县2024年法治政府建设年度报告\n受理行政复议申请711件。化解率96.2%。"
NOW = "安定县2025年法治政府建设年度报告\n受理行政复议申请682件，较上年同期708件减少26件。化解率97.4%。"


def file(text: str | bytes, name: str = "a.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def client(place: dict[str, Any]) -> Client:
    return build.signed_in(place["handler"])


def post(client: Client, *files: SimpleUploadedFile, text: str = "") -> Any:
    return client.post("/check/", {"files": list(files), "text": text})


def carried(answer: Any) -> dict[str, str]:
    found: dict[str, str] = answer.context["carried"]
    return found


def test_a_file_shows_its_figures_by_kind_and_its_findings_with_their_arithmetic(client: Client) -> None:
    words = post(client, file(BAD)).content.decode()
    assert '<span class="fig fig--money">1.5万</span>' in words
    assert "487÷500＝97.4%" in words
    assert "94.7%→97.4%" in words
    assert words.count('href="#finding-1"') == 3
    assert "&lt;b&gt;" in words


def test_a_pasted_text_is_read_as_well(client: Client) -> None:
    answer = post(client, text=BAD.replace("\n", "\r\n"))
    assert "97.4%" in answer.content.decode()
    assert answer.context["examined"].source.text == BAD


def test_the_pieces_of_the_text_are_the_text() -> None:
    examined = check_pages.read_pasted(BAD)
    assert "\n".join("".join(piece.text for piece in line) for line in check_pages.lines(examined)) == BAD


def test_nothing_is_stored_by_reading(client: Client) -> None:
    post(client, file(BAD))
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "a.txt", "空"),
        (printed.pdf([[(80, 110, "甲")]], encrypted=True), "a.pdf", "密码"),
        (b"PK\x03\x04broken", "a.docx", "损坏"),
    ],
)
def test_what_cannot_be_read_is_told_beside_the_field(
    client: Client, data: bytes, name: str, word: str
) -> None:
    answer = post(client, SimpleUploadedFile(name, data))
    assert answer.status_code == 422
    words = answer.content.decode()
    assert word in words
    assert 'href="#files"' in words


def test_nothing_chosen_too_many_and_too_much(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "没有选择文件" in post(client).content.decode()
    assert "最多 8 个" in post(client, *(file(BAD) for _ in range(9))).content.decode()
    monkeypatch.setattr(check_pages, "BYTES", 100)
    assert "没有读取" in post(client, file(BAD)).content.decode()
    monkeypatch.setattr(check_pages, "CHARACTERS", 30)
    assert "页面上显示不下" in post(client, text=BAD).content.decode()


def test_the_exports_are_made_of_what_the_page_carries(client: Client) -> None:
    data = printed.pdf(printed.pages_of(["总体情况", BAD.split("\n")[1]], a_page=1))
    given = carried(post(client, file(data, "报告.pdf")))
    paper = client.post("/check/docx/", given)
    assert [c.text.count("487÷500") for c in Document(io.BytesIO(paper.content)).comments] == [1]
    assert "%E6%8A%A5%E5%91%8A-%E6%A0%B8%E6%A0%A1.docx" in paper["Content-Disposition"]
    told = json.loads(client.post("/check/json/", given).content)
    assert told["findings"][0]["places"][0]["page"] == 2
    assert told["text"][slice(*told["findings"][0]["spans"][0])] == "94.7%"
    assert len(told["sha256"]) == 64


@pytest.mark.parametrize("about", ["", "[]", "{}", '{"kind":"x","notes":[],"left_out":[],"lines":[]}', '{"kind":"pdf","notes":[],"left_out":[],"lines":[[1,2]]}'])  # fmt: skip
def test_what_was_changed_on_the_way_is_refused_in_words(client: Client, about: str) -> None:
    answer = client.post("/check/docx/", {"text": BAD, "name": "a", "about": about})
    assert answer.status_code == 400
    assert "回到核校页面" in answer.content.decode()


def test_a_kept_text_is_its_keepers_alone(client: Client, place: dict[str, Any]) -> None:
    answer = client.post("/check/keep/", carried(post(client, file(BAD, "报告.txt"))))
    kept = answer["Location"]
    assert BAD.encode() not in bytes(Draft.objects.get().sealed)
    assert "报告.txt" in client.get("/check/").content.decode()
    assert "487÷500＝97.4%" in client.get(kept).content.decode()
    other = build.signed_in(place["admin"])
    assert other.get(kept).status_code == 404
    assert other.post(f"{kept}discard/").status_code == 404
    assert client.post(f"{kept}discard/").status_code == 302
    assert client.get(kept).status_code == 404


def test_one_keeps_no_more_than_so_many(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "KEPT", 1)
    for text, status in ((BAD, 302), (BAD, 302), (LAST, 400)):
        assert client.post("/check/keep/", carried(post(client, file(text)))).status_code == status


def test_two_files_are_compared_and_each_can_be_opened(client: Client) -> None:
    answer = post(client, file(NOW, "2025.txt"), file(LAST, "2024.txt"))
    words = answer.content.decode()
    assert "前后矛盾 1 处" in words
    assert "说是708件" in words
    assert [d["label"] for d in answer.context["documents"]] == ["安定县2024年", "安定县2025年"]
    one = client.post("/check/text/", answer.context["documents"][0]["carried"])
    assert "2024.txt" in one.content.decode()


def test_of_several_files_those_that_can_be_read_are_checked(client: Client) -> None:
    words = post(client, file(BAD, "a.txt"), file(b"", "leer.txt")).content.decode()
    assert "487÷500＝97.4%" in words
    assert "leer.txt" in words


def test_a_figure_is_taken_over_with_its_source(place: dict[str, Any]) -> None:
    person = build.person("tongji", "童计")
    build.post(person, place["justice"], "clerk")
    client = build.signed_in(person)
    answer = post(client, file(LAST, "2024.txt"))
    row = next(row for row in answer.context["taking"].rows if row["subject"] == "受理行政复议申请")
    given = {name: values[0] for name, values in parse_qs(urlsplit(row["act"].href).query).items()}
    assert (given["value"], given["unit"], given["period"]) == ("711", "件", "2024")
    asked = client.get(row["act"].href).content.decode()
    assert 'value="711"' in asked
    done = client.post(reverse("figures:outside"), given | {"name": "reviews"})
    assert done.status_code == 302
    kept = ImportedFigure.objects.get()
    start, end = map(int, kept.passage.split("-"))
    assert LAST[start:end] == kept.value == "711"
    assert kept.file == answer.context["examined"].digest
    assert "2024.txt，第 2 行" in kept.source
    broken = client.post(reverse("figures:outside"), given | {"name": "reviews", "file": "x"})
    assert broken.status_code == 422


def test_who_may_not_record_is_not_offered_it(client: Client) -> None:
    assert "取用数字" not in post(client, file(LAST)).content.decode()
