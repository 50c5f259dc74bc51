"""What a definition may not leave open, beyond its grammar: reachability, articles, clocks, papers, remedies, figures.

`check(definition)` gives every problem with file, line and column. One bad file for each rule stands in the tests,
with the message that a person should see.
"""

from __future__ import annotations

from ruamel.yaml.comments import CommentedMap

from fazhi.procedures.assembly import Problem, position
from fazhi.procedures.lint import articles, clocks, course, fields, figures, papers
from fazhi.procedures.model import Definition

RULES = {
    "phases": course.phases,
    "entry": course.entry,
    "names": course.names,
    "articles": articles.articles,
    "clocks": clocks.clocks,
    "expiry": clocks.expiry,
    "papers": papers.papers,
    "remedies": papers.remedies,
    "figures": figures.figures,
    "sides": course.sides,
    "fields": fields.fields,
    "groups": fields.groups,
}


def check(
    d: Definition, tree: CommentedMap | None = None, known: frozenset[str] = frozenset()
) -> list[Problem]:
    """Every problem of a loaded definition, by its place in the file.

    `tree`: the parsed file, for lines (1:1 without); `known`: the names of other procedures (none: links are not checked).
    """
    found = []
    for rule, problems in [*((name, of(d)) for name, of in RULES.items()), ("links", course.links(d, known))]:
        for path, message in problems:
            line, column = position(tree, path) if tree is not None else (1, 1)
            found.append(Problem(d.file, line, column, rule, message))
    return sorted(found, key=lambda p: (p.line, p.column, p.message))
