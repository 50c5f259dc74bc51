"""Every paper of every definition, laid out: our own check finds nothing, and the same text gives the same file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.procedures.walked import Made, papers

from fazhi.documents import docx
from fazhi.documents.check import check
from fazhi.procedures import library

FILES = library.files()


def one_of_each(path: Path) -> list[Made]:
    """The longest issued one of every template."""
    found: dict[str, Made] = {}
    for made in papers(path):
        if made.text.status == "issued" and len(str(made.text)) > len(
            str(getattr(found.get(made.template), "text", ""))
        ):
            found[made.template] = made
    return list(found.values())


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_our_papers_pass_our_own_check(path: Path) -> None:
    found = {
        (made.template, one.rule, one.message)
        for made in one_of_each(path)
        for one in check(docx.render(made.text))
    }
    assert found == set()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_same_text_gives_the_same_bytes(path: Path) -> None:
    for made in one_of_each(path):
        again = type(made.text).from_json(made.text.to_json())
        assert docx.render(again) == docx.render(made.text), made.template
