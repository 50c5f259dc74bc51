"""Cases of the invented county: some years of its work, so that every screen has something true to show.

Nothing is written into tables: people of the county act, day by day, through the one service, and what the definitions
refuse cannot be in the demonstration either. Days count back from `today`, so that there is always something overdue,
something near its limit, something new. All or nothing, and once: a second call changes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date

from django.utils import timezone

from fazhi.cases import store
from fazhi.cases.demo import disputes, openness, penalties, people, planning, supervision
from fazhi.cases.demo.stage import Stage
from fazhi.ledger import seal
from fazhi.ledger import store as ledger
from fazhi.organs.demo import load_demo_organs

KEY = "demo/cases"


def load(progress: Callable[[str], None] | None = None, today: date | None = None) -> int:
    """Let the county work until the day before `today`; how many acts were done. 0: it had been done before."""
    tell = progress or _tell
    if ledger.by_key(KEY):
        tell("  演示案件已在，没有改动")
        return 0
    day = today or timezone.localdate()
    with store.writing() as cursor:
        stage = Stage(load_demo_organs(), day, cursor, tell, KEY)
        people.begin(stage)
        penalties.begin(stage)
        disputes.begin(stage)
        openness.begin(stage)
        supervision.begin(stage)
        planning.begin(stage)
        done = stage.play()
    seal.seal()
    tell(f"  {stage.cases} 件案件、{done} 次办理已记入台账")
    return done


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
