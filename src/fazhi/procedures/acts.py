"""The acts that definitions cite: since when each version is in force and how many articles it has (acts.yaml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@lru_cache(maxsize=1)
def acts() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(
        Path(__file__).with_name("acts.yaml").read_bytes()
    )
    return found
