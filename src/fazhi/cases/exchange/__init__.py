"""Cases in and out of spreadsheets: templates made from definitions, imports that only append, exports by access.

template(procedure, kind, county=, on=) -> bytes
load(data, Order(procedure, county, only_right=, …), now=, dry_run=, progress=, workers=) -> Outcome
marked(data, procedure, errors, kind) -> bytes      # the file again, with its mistakes in it
undo(batch, county=, by=, now=) -> how many cases
export(Wanted(procedure, filters, county, reader, …), kind, now=, today=) -> bytes
"""

from fazhi.archives.workbook import Limits
from fazhi.cases.exchange.archive import BadFile
from fazhi.cases.exchange.batch import SYSTEM, Order, Outcome, load
from fazhi.cases.exchange.export import SHOWN_AT_ONCE, Wanted, count, export
from fazhi.cases.exchange.mistakes import marked
from fazhi.cases.exchange.rights import may_import, paths_of
from fazhi.cases.exchange.template import template
from fazhi.cases.exchange.undo import undo

__all__ = [
    "SHOWN_AT_ONCE", "SYSTEM", "BadFile", "Limits", "Order", "Outcome", "Wanted", "count", "export", "load", "marked", "may_import",
    "paths_of", "template", "undo",
]  # fmt: skip
