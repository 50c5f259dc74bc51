"""What `make` relies on: locks that cover every dependency and name no host, and commands that CI can call."""

from __future__ import annotations

import json
import os
import re
import tomllib

import pytest
from tests.web.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def names(requirements: list[str]) -> set[str]:
    return {
        re.match(r"[A-Za-z0-9._-]+", line).group(0).lower().replace("_", "-").replace(".", "-")
        for line in requirements
    }  # type: ignore[union-attr]


def locked(file: str) -> set[str]:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return names([line for line in lines if re.match(r"[A-Za-z0-9]", line)])


def test_every_dependency_is_locked() -> None:
    assert names(PROJECT["project"]["dependencies"]) <= locked("requirements.lock"), "run make lock"
    assert names(PROJECT["dependency-groups"]["dev"]) <= locked("requirements-dev.lock"), "run make lock"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_a_version_and_hashes(lock: object) -> None:
    text = lock.read_text("utf-8")  # type: ignore[attr-defined]
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.split("\n\n")[-1])
    packages = [entry for entry in entries if re.match(r"[A-Za-z0-9]", entry)]
    assert packages
    assert [p.split(" ")[0] for p in packages if "==" not in p or "--hash=sha256:" not in p] == []


def test_no_lock_names_a_host() -> None:
    for path in [*LOCKS, ROOT / "package-lock.json"]:
        addresses = re.findall(r"https?://[^\"'\s]+", path.read_text("utf-8"))
        # Who maintains an npm package may be thanked under an address; nothing is fetched from it.
        assert [each for each in addresses if "/sponsors/" not in each] == [], path.name


def test_npm_packages_are_pinned_to_one_version() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    for wanted in (package["dependencies"] | package["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", wanted)


def test_ci_calls_exactly_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = [line for line in script.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "exec make test"
