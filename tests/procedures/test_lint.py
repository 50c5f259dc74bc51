"""One bad file for each rule, with the words that a person should see; the good one has no finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from fazhi.procedures import library, lint, loader
from fazhi.procedures.assembly import DefinitionError, Problem, parsed
from fazhi.procedures.lint.figures import where_problems

FOLDER = Path(__file__).parent / "bad"
PAPERS = FOLDER / "good.documents.yaml"
FILES = sorted(
    p for p in FOLDER.glob("*.yaml") if not p.name.endswith(".documents.yaml") and p.stem != "good"
)


def problems(path: Path) -> list[Problem]:
    own = path.with_name(f"{path.stem}.documents.yaml")
    papers = (own if own.exists() else PAPERS).read_bytes()
    try:
        d = loader.load(path.read_bytes(), path.name, fetch=library.fetch, documents=papers)
    except DefinitionError as error:
        return error.problems
    return lint.check(d, parsed(path.read_bytes(), path.name), frozenset({"penalty", "sample"}))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_bad_file_is_told(path: Path) -> None:
    rule, words = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ").split(" | ")
    found = problems(path)
    assert any(p.rule == rule and words in p.message for p in found), [str(p) for p in found]
    assert all(p.file == path.name and p.line > 0 and p.column > 0 for p in found)


def test_each_bad_file_has_one_mistake_only() -> None:
    many = {p.stem: [str(x) for x in problems(p)] for p in FILES if len(problems(p)) > 2}
    assert many == {}


def test_the_good_file_has_no_finding() -> None:
    assert problems(FOLDER / "good.yaml") == []


def test_every_rule_has_a_bad_file() -> None:
    rules = {
        p.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ").split(" | ")[0]
        for p in FILES
    }
    wanted = {
        "phases",
        "entry",
        "names",
        "articles",
        "clocks",
        "expiry",
        "papers",
        "remedies",
        "figures",
        "sides",
        "fields",
        "groups",
        "links",
    }
    assert wanted <= rules


def test_a_finding_points_to_its_line() -> None:
    found = problems(FOLDER / "article_too_high.yaml")[0]
    text = (FOLDER / "article_too_high.yaml").read_text(encoding="utf-8").splitlines()
    assert "第九十九条" in text[found.line - 1]


def test_versions_may_not_overlap() -> None:
    shelf = library.Library()
    first = loader.load((FOLDER / "good.yaml").read_bytes(), "a.yaml", documents=PAPERS.read_bytes())
    shelf.add(first)
    second = (FOLDER / "good.yaml").read_text(encoding="utf-8").replace("2021-07-15", "2022-01-01").encode()
    with pytest.raises(DefinitionError) as refused:
        shelf.add(loader.load(second, "b.yaml", documents=PAPERS.read_bytes()))
    assert "重叠" in refused.value.problems[0].message


@pytest.mark.parametrize(
    "where", ["outcome = 'penalty' and lower(kind) = 'x'", "met and exists(select 1)", "abs(days) > 3"]
)
def test_a_figures_filter_compares_columns_and_nothing_else(where: str) -> None:
    columns = {"outcome", "kind", "met", "days"}
    assert [told for told in where_problems("n", where, columns) if "不能用函数和子查询" in told]
    assert not list(where_problems("n", "met and (days > 3 or outcome in ('a', 'b'))", columns))
