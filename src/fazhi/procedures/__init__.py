"""Law as data: the definition language, its loader and the pure engine."""

from fazhi.procedures.assembly import DefinitionError
from fazhi.procedures.commands import SYSTEM, Actor, Command, Decision, Resolved
from fazhi.procedures.engine import decide
from fazhi.procedures.errors import Refusal
from fazhi.procedures.library import Library, shipped
from fazhi.procedures.loader import load, revive
from fazhi.procedures.model import Definition
from fazhi.procedures.offers import Gate, Option, gates, options
from fazhi.procedures.state import State, evolve

__all__ = [
    "SYSTEM", "Actor", "Command", "Decision", "Definition", "DefinitionError", "Gate", "Library", "Option", "Refusal",
    "Resolved", "State", "decide", "evolve", "gates", "load", "options", "revive", "shipped",
]  # fmt: skip
