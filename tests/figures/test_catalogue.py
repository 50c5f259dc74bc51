"""The figures that there are: every shipped one is sound, and a wrong one is named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fazhi.figures import catalogue
from fazhi.figures.errors import FigureError
from fazhi.procedures import load
from fazhi.procedures.library import Library, shipped

SOUND = """
procedure: small
title: 小程序
short: 小案
statute: 行政处罚法
in_force: {from: 2021-07-15, running: keep}
sides:
  agency: {title: 机关, is: organ, roles: [handler]}
  other: {title: 协办机关, is: organ, many: true, roles: [handler]}
  party: {title: 当事人, is: party}
fields:
  level: {title: 级别, type: choice, choices: {a: 甲, b: 乙}}
  many: {title: 多选, type: choice, many: true, choices: {a: 甲}}
  words: {title: 情况, type: text, personal: true}
  secret: {title: 身份, type: choice, personal: true, choices: {a: 甲}}
  fine: {title: 罚款, type: money}
  people: {title: 人数, type: int}
phases: {open: 办理, closed: 结案}
ends: [closed]
actions:
  file: {title: 立案, by: agency.handler, opens: open, asks: ["level?", "fine?", "people?"], law: 第五十四条}
  decide: {title: 决定, by: agency.handler, from: [open], to: closed, law: 第五十七条, outcomes: {yes: {title: 准予}, no: {title: 不准}}}
clocks:
  limit: {title: 办理期限, law: 第六十条, start: file, stop: [decide], limit: 90 natural days}
  calm: {title: 冷静期, law: 第六十条, start: file, wait: 3 natural days}
figures:
"""


def problems(figure: str, identities: str = "") -> list[str]:
    text = f"{SOUND}  x: {figure}\n  filed: {{title: 立案数, flow: file}}\n  open: {{title: 在办, stock: {{phase: [open]}}}}\n{identities}"
    library = Library()
    library.add(load(text.encode(), "small.yaml"))
    return [str(p) for p in catalogue.of(library, None).problems]


def test_every_shipped_figure_is_sound() -> None:
    found = catalogue.of(shipped())
    assert [str(p) for p in found.problems] == []
    written = {f"{d.name}.{name}" for d in shipped().all() for name in d.source.figures}
    assert written <= set(found.figures)
    assert {i.source for i in found.identities} == {
        i.that for d in shipped().all() for i in d.source.identities
    }


def test_every_figure_says_in_words_what_it_counts() -> None:
    for figure in catalogue.of(shipped()).figures.values():
        assert figure.title, figure.id
        assert figure.words.endswith("。"), figure.id
        assert len(figure.words) > 12, figure.id
        assert figure.unit, figure.id


@pytest.mark.parametrize(
    "figure",
    [
        "{title: 数, flow: decide, where: \"outcome = 'yes' and level in ('a', 'b')\"}",
        "{title: 数, flow: decide.yes, by: [level, outcome]}",
        "{title: 额, unit: 元, flow: file, sum: fine * 2 - fine}",
        "{title: 人, unit: 人, flow: file, sum: people}",
        "{title: 在办, stock: {phase: open}, where: overdue, side: other}",
        '{title: 率, unit: "%", share: {of: {due: [limit]}, met: true}}',
        '{title: 率, unit: "%", share: {of: {due: "*"}, met: false}}',
        '{title: 率, unit: "%", share: {of: decide, where: "outcome = \'yes\'"}}',
        '{title: 率, unit: "%", share: {of: {flow: file}, where: "case_outcome = \'yes\' and closed"}}',
        "{title: 中位数, unit: 天, flow: decide, median: days}",
        "{title: 级别数, unit: 种, flow: file, distinct: level}",
    ],
)
def test_what_the_language_offers_is_accepted(figure: str) -> None:
    assert problems(figure) == []


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ("{title: 数}", "恰好写一项"),
        ("{title: 数, flow: file, stock: {phase: [open]}}", "恰好写一项"),
        ("{title: 数, flow: fly}", "没有办理动作「fly」"),
        ("{title: 数, flow: decide.maybe}", "「decide」没有处理结果「maybe」"),
        ("{title: 数, stock: {phase: [gone]}}", "没有阶段「gone」"),
        ("{title: 数, stock: {state: [open]}}", "stock 应当写成"),
        ("{title: 数, flow: file, where: \"outcome = 'yes'\"}", "没有可用的列「outcome」"),
        ("{title: 数, flow: decide, where: \"outcome = 'maybe'\"}", "没有取值「maybe」"),
        ("{title: 数, flow: file, where: \"many = 'a'\"}", "没有可用的列「many」"),
        ("{title: 数, flow: file, where: \"secret = 'a'\"}", "没有可用的列「secret」"),
        ("{title: 数, flow: file, where: \"words = 'a'\"}", "没有可用的列「words」"),
        ("{title: 数, flow: file, where: overdue}", "没有可用的列「overdue」"),
        ("{title: 额, flow: file, sum: fine}", "金额指标的单位应当是元或者万元"),
        ("{title: 额, unit: 元, flow: file, sum: fine + people}", "把金额和其他数相加"),
        ("{title: 数, flow: file, sum: people, distinct: level}", "只能写一项"),
        ("{title: 数, flow: file, distinct: words}", "不能用来去重计数"),
        ("{title: 数, flow: file, median: level}", "不是数值"),
        ("{title: 数, flow: file, side: party}", "没有可以归口的参与方「party」"),
        ("{title: 数, flow: file, by: [fine]}", "不能按「fine」分组"),
        ("{title: 率, share: {of: filed, where: closed}}", "比率的单位应当是 %"),
        ('{title: 率, unit: "%", share: {of: filed}}', "应当写明分子"),
        ('{title: 率, unit: "%", share: {of: filed, met: true}}', "met 只用于到期的期限"),
        ('{title: 率, unit: "%", share: {of: nothing, where: closed}}', "既不是指标也不是办理动作"),
        ('{title: 率, unit: "%", share: {of: {due: never}, met: true}}', "没有期限「never」"),
        ('{title: 率, unit: "%", share: {of: {due: calm}, met: true}}', "「calm」是等待期"),
        ('{title: 率, unit: "%", share: {of: {flow: file, phase: open}, where: closed}}', "不认识「phase」"),
        (
            '{title: 率, unit: "%", share: {of: filed, where: closed}, where: closed}',
            "比率的条件写在 share 里面",
        ),
    ],
)
def test_a_wrong_figure_is_named_with_what_is_wrong(figure: str, message: str) -> None:
    (found,) = problems(figure)
    assert "small.yaml:" in found
    assert "figures" in found
    assert message in found


@pytest.mark.parametrize(
    ("that", "message"),
    [
        ("filed", "有且只有一个等号"),
        ("filed = filed = filed", "有且只有一个等号"),
        ("filed - filed = filed", "看不懂"),
        ("filed = unknown", "没有的指标「unknown」"),
        ("filed = open", "应当写成[start] 或者 [end]"),
        ("filed[end] = filed", "应当写成不加"),
        ("filed = x", "不是件数"),
    ],
)
def test_a_wrong_identity_is_named_with_what_is_wrong(that: str, message: str) -> None:
    (found,) = problems(
        '{title: 率, unit: "%", share: {of: filed, where: closed}}', f'identities: [{{that: "{that}"}}]\n'
    )
    assert message in found


def test_the_line_of_a_mistake_is_that_of_the_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fazhi.figures import sources

    monkeypatch.setattr(sources, "FOLDER", tmp_path)
    text = SOUND + "  sound: {title: 数, flow: file}\n  wrong: {title: 数, flow: fly}\n"
    (tmp_path / "small.yaml").write_text(text, "utf-8")
    library = Library()
    library.add(load(text.encode(), "small.yaml"))
    (found,) = catalogue.of(library, None).problems
    assert text.splitlines()[found.line - 1].strip().startswith("wrong:")


CROSS = "title: 全县\nprefix: county\nfigures:\n"


def crossing(tmp_path: Path, figures: str, head: str = CROSS) -> catalogue.Catalogue:
    (tmp_path / "county.yaml").write_text(head + figures, "utf-8")
    library = Library()
    figures_of = '  filed: {title: 立案数, flow: file}\n  fines: {title: 罚款, unit: 元, flow: file, sum: fine}\n  rate: {title: 率, unit: "%", share: {of: filed, where: closed}}\n'
    library.add(load((SOUND + figures_of).encode(), "small.yaml"))
    return catalogue.of(library, tmp_path)


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ("{title: 数}", "恰好一项"),
        ("{title: 数, add: [small.gone]}", "没有指标「small.gone」"),
        ("{title: 数, add: [small.filed, small.rate]}", "不是同一类指标"),
        ("{title: 数, add: [small.filed], flow: file}", "写了 add 的指标不再写"),
        ("{title: 数, procedures: [gone], flow: file}", "没有程序「gone」"),
        ("{title: 数, add: [small.fines]}", "金额指标的单位"),
        ("{title: 数, add: [small.filed], colour: red}", "colour"),
    ],
)
def test_a_wrong_figure_across_procedures_is_named(tmp_path: Path, figure: str, message: str) -> None:
    found = crossing(tmp_path, f"  x: {figure}\n")
    assert any("county.yaml:4" in str(p) and message in str(p) for p in found.problems), found.problems
    assert "county.x" not in found.figures


def test_shares_across_procedures_are_pooled(tmp_path: Path) -> None:
    found = crossing(tmp_path, '  x: {title: 率, unit: "%", add: [small.rate, small.rate]}\n')
    assert found.problems == ()
    assert found.figures["county.x"].selections == found.figures["small.rate"].selections * 2


def test_a_prefix_may_not_be_a_procedures_name(tmp_path: Path) -> None:
    found = crossing(tmp_path, "  x: {title: 数, add: [small.filed]}\n", CROSS.replace("county", "small"))
    assert any("与程序同名" in str(p) for p in found.problems)


def test_a_figure_that_is_not_there_is_refused_with_what_is_near() -> None:
    with pytest.raises(FigureError) as refused:
        catalogue.of(shipped()).get("纠错率")
    assert "reconsideration.corrected" in refused.value.next


def test_the_mirrors_signature_follows_its_columns_only() -> None:
    library = Library()
    library.add(load((SOUND + "  x: {title: 数, flow: file}\n").encode(), "small.yaml"))
    plain = catalogue.of(library, None)
    other = Library()
    other.add(load((SOUND + "  x: {title: 别的名称, flow: decide}\n").encode(), "small.yaml"))
    wider = Library()
    wider.add(load((SOUND + "  x: {title: 数, flow: file, by: [level]}\n").encode(), "small.yaml"))
    assert catalogue.of(other, None).signature == plain.signature
    assert catalogue.of(wider, None).signature != plain.signature
    assert catalogue.of(wider, None).columns == ("w_level",)
