"""The development corpus, where it is at hand: real documents, labelled paragraphs, clean work reports."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fazhi.reading.check import check
from fazhi.reading.lexer import lex

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus" / "dev"
KINDS = {"count", "percent", "percent_point", "money", "duration"}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the development corpus is not here")


def text_of(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(CORPUS / name).splitlines()]


@cache
def documents() -> dict[str, str]:
    return {path.name: text_of(path) for path in sorted(CORPUS.glob("*.txt"))}


def measured(texts: list[tuple[str, list[dict[str, Any]]]]) -> tuple[float, float]:
    """Precision and recall of figures: same span, same kind, same value."""
    right = told = labelled = 0
    for text, labels in texts:
        gold = {
            (label["start"], label["end"], label["kind"]): Decimal(str(label["value"]))
            for label in labels
            if label["kind"] in KINDS
        }
        found = lex(text)
        told += len(found)
        labelled += len(gold)
        for figure in found:
            value = gold.get((figure.start, figure.end, figure.kind))
            right += value is not None and abs(figure.value - value) <= abs(value) / 1_000_000
    return right / told, right / labelled


def test_figures_of_the_real_documents() -> None:
    labels: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for label in lines("gold/figures.jsonl"):
        labels[label["document"]].append(label)
    precision, recall = measured([(text, labels[name]) for name, text in documents().items()])
    assert precision >= 0.99
    assert recall >= 0.98


@pytest.mark.parametrize("name", ["authored/paragraphs.jsonl", "authored/reports.jsonl"])
def test_figures_of_the_authored_texts(name: str) -> None:
    read = [
        (one["text"] if "text" in one else text_of(CORPUS / "authored" / one["file"]), one["figures"])
        for one in lines(name)
    ]
    precision, recall = measured(read)
    assert precision >= 0.98
    assert recall >= 0.98


def test_the_real_documents_give_exactly_their_four_failures() -> None:
    found = sorted(
        (name[:3], finding.rule)
        for name, text in documents().items()
        for finding in check(text).findings
        if finding.grade == "error"
    )
    assert found == [("000", "points"), ("000", "sampled"), ("000", "share"), ("002", "list_count")]


def test_what_only_looks_like_a_relation_is_no_error() -> None:
    said = [(trap["quote"], check(trap["quote"]).findings) for trap in lines("gold/traps.jsonl")]
    assert [(quote, one.message) for quote, found in said for one in found if one.grade == "error"] == []


def test_altered_sentences_are_found_and_harmless_alterations_are_not() -> None:
    wrong = [
        one["id"]
        for one in lines("gold/mutations.jsonl")
        if one["should_flag"] != any(f.grade == "error" for f in check(one["text"]).findings)
    ]
    assert len(wrong) <= 2, wrong


def test_the_work_reports_raise_no_error() -> None:
    said = [
        (path.name, finding.message)
        for path in sorted((CORPUS / "reports").glob("*.txt"))
        for finding in check(text_of(path)).findings
        if finding.grade == "error"
    ]
    assert said == []


def touches(spans: Any, others: Any) -> bool:
    return any(a < d and c < b for a, b in spans for c, d in others)


def test_paragraphs_with_an_error_are_found_and_the_others_left_alone() -> None:
    found = failing = 0
    false: list[tuple[str, str]] = []
    for one in lines("authored/paragraphs.jsonl"):
        errors = [finding for finding in check(one["text"]).findings if finding.grade == "error"]
        right = [f for f in errors if one["expect"] == "error" and touches(f.spans, one["error_spans"])]
        false += [(one["id"], finding.message) for finding in errors if finding not in right]
        failing += one["expect"] == "error"
        found += bool(right)
    assert len(false) <= 1, false
    assert found / failing >= 0.8
