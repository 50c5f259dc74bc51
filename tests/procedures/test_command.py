"""The generated prose is that of the definitions; the shipped definitions have no finding."""

from __future__ import annotations

from pathlib import Path

from fazhi.cli import main

ROOT = Path(__file__).parents[2]


def test_docs_are_those_of_the_definitions(capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["procedure", "docs", str(ROOT / "docs" / "procedures"), "--check"]) == 0, (
        capsys.readouterr().out
    )


def test_shipped_definitions_have_no_finding(capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["procedure", "lint"]) == 0, capsys.readouterr().out


def test_unknown_file_and_name_are_told(capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["procedure", "lint", "nowhere.yaml"]) == 2
    assert main(["procedure", "show", "nothing"]) == 2
    assert "penalty" in capsys.readouterr().err
