"""`fazhi init`, `demo`, `serve`, `doctor`, `backup` as a person runs them."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import tarfile
from pathlib import Path

import pytest
from tests.web.conftest import Site, fazhi


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("real") / "home"
    done = fazhi(home, "init", "--county", "350881", "--county-name", "漳平市")
    assert done.returncode == 0, done.stderr
    return home, done.stdout


def test_init_makes_keys_and_one_administrator_with_a_one_time_password(installed: tuple[Path, str]) -> None:
    home, said = installed
    assert sorted(path.name for path in (home / "keys").iterdir()) == [
        "checkers",
        "data_key",
        "secret_key",
        "signing_key",
    ]
    assert {path.stat().st_mode & 0o077 for path in (home / "keys").iterdir() if path.is_file()} == {0}
    assert re.search(r"一次性密码：\S{4}-\S{4}-\S{4}-\S{4}", said)
    with sqlite3.connect(home / "fazhi.sqlite3") as database:
        people = database.execute("select username, must_change_password from organs_person").fetchall()
        assert people == [("admin", 1)]
        assert database.execute("select role from organs_post").fetchall() == [("admin",)]


def test_init_again_changes_nothing(installed: tuple[Path, str]) -> None:
    home, _ = installed
    before = {path.name: path.read_bytes() for path in (home / "keys").iterdir() if path.is_file()}
    again = fazhi(home, "init")
    assert again.returncode == 0
    assert "不再建立管理员" in again.stderr
    assert "一次性密码" not in again.stdout
    assert before == {path.name: path.read_bytes() for path in (home / "keys").iterdir() if path.is_file()}


def test_a_real_database_is_never_made_a_demonstration(installed: tuple[Path, str]) -> None:
    home, _ = installed
    refused = fazhi(home, "demo")
    assert refused.returncode == 2
    assert "正式库" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert fazhi(home, "demo", "--if-empty").returncode == 0
    with sqlite3.connect(home / "fazhi.sqlite3") as database:
        assert database.execute("select count(*) from organs_person").fetchone() == (1,)


def test_init_asks_for_code_and_name_together(tmp_path: Path) -> None:
    refused = fazhi(tmp_path / "home", "init", "--county", "350881")
    assert refused.returncode == 2
    assert "同时给出代码和全称" in refused.stderr
    assert not (tmp_path / "home").exists()


def test_doctor_finds_a_fresh_installation_well(installed: tuple[Path, str]) -> None:
    home, _ = installed
    said = fazhi(home, "doctor", "--json")
    found = json.loads(said.stdout)
    assert found["ok"], found
    assert said.returncode == 0
    assert {"密钥", "数据库表", "只增不改防护", "工作日历"} <= {each["what"] for each in found["findings"]}


def test_doctor_finds_a_missing_trigger(installed: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = installed
    copy = tmp_path / "home"
    (copy / "keys").mkdir(parents=True)
    for path in (home / "keys").iterdir():
        if path.is_file():
            (copy / "keys" / path.name).write_bytes(path.read_bytes())
            (copy / "keys" / path.name).chmod(0o600)
    with sqlite3.connect(home / "fazhi.sqlite3") as source, sqlite3.connect(copy / "fazhi.sqlite3") as target:
        source.backup(target)
        target.execute("drop trigger ledger_event_no_delete")
    said = fazhi(copy, "doctor")
    assert said.returncode == 1
    assert "ledger_event_no_delete" in said.stdout
    refused = fazhi(copy, "serve", "--port", "0")
    assert refused.returncode == 2
    assert "只增不改" in refused.stderr


def test_serve_refuses_a_port_in_use_in_both_languages(installed: tuple[Path, str]) -> None:
    home, _ = installed
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = fazhi(home, "serve", "--port", str(port))
    assert refused.returncode == 2
    assert f"端口 {port} 已被占用" in refused.stderr
    assert "already in use" in refused.stderr


def test_serve_before_init_says_what_to_do(tmp_path: Path) -> None:
    refused = fazhi(tmp_path / "home", "serve", "--port", "0")
    assert refused.returncode == 2
    assert "fazhi init" in refused.stderr


def test_a_second_demo_keeps_what_is_there(site: Site) -> None:
    again = site.fazhi("demo", "--if-empty")
    assert again.returncode == 0
    assert again.stdout == ""
    assert "载入" not in again.stderr


def test_a_backup_is_whole_and_leaves_the_keys_out(site: Site, tmp_path: Path) -> None:
    done = site.fazhi("backup", str(tmp_path / "copy.tar.gz"))
    assert done.returncode == 0, done.stderr
    assert "密钥没有备份在内" in done.stdout
    with tarfile.open(tmp_path / "copy.tar.gz") as archive:
        names = archive.getnames()
        archive.extract("fazhi.sqlite3", tmp_path, filter="data")
    assert not any(name.startswith("keys") for name in names)
    with (
        sqlite3.connect(tmp_path / "fazhi.sqlite3") as copy,
        sqlite3.connect(site.home / "fazhi.sqlite3") as live,
    ):
        count = "select count(*) from organs_organ"
        assert copy.execute(count).fetchone() == live.execute(count).fetchone()
    again = site.fazhi("backup", str(tmp_path / "copy.tar.gz"))
    assert again.returncode == 2
    assert "没有覆盖" in again.stderr
