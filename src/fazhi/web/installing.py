"""Making an installation: `init` for a county, `demo` for the invented one. Both may be run again and replace nothing."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fazhi.errors import UserError
from fazhi.terminal import paint

# What `demo` loads, in this order; a package that is not there is passed over.
DEMO_STEPS = (
    ("fazhi.organs.demo", "load_demo_organs", "机关、人员、参数、代码表"),
    ("fazhi.cases.demo", "load", "案件"),
    ("fazhi.plans.demo", "load", "计划任务"),
    ("fazhi.reports.demo", "load", "年度报告"),
)


def step(text: str) -> None:
    print(f"{paint('·', 'green', sys.stderr)} {text}", file=sys.stderr, flush=True)


def init(username: str, name: str, county: str, county_name: str) -> int:
    if bool(county) != bool(county_name):
        raise UserError(
            "登记本县要同时给出代码和全称",
            next="例如 fazhi init --county 350881 --county-name 漳平市；也可以都不给，首次登录后在网页登记",
        )
    home = _prepare()
    from django.utils import timezone

    from fazhi.organs import accounts, installation
    from fazhi.organs.models import County, Person

    installation.establish(demo=False)
    if Person.objects.exists():
        step("已有账号，不再建立管理员。")
        print("安装已就绪，用 fazhi serve 启动。")
        return 0
    made = accounts.create_person(username, name, now=timezone.now())
    if county and not County.objects.exists():
        from fazhi.web import founding

        founding.found(county, county_name, by=made.person, today=timezone.localdate())
        step(f"已登记 {county_name}（{county}）及其人民政府")
    print(
        f"\n系统管理员：{made.person.username}\n一次性密码：{made.one_time_password}\n"
        f"（只显示这一次；首次登录须改密码）\n\n"
        f"数据在 {home.name}/ 目录。密钥在 {home.name}/keys/，请另行备份：丢了数据密钥，个人信息就打不开了。\n"
        f"启动：fazhi serve"
    )
    return 0


def demo(*, if_empty: bool) -> int:
    began = time.monotonic()
    home = _prepare(quiet_when_ready=if_empty)
    from fazhi.organs import installation
    from fazhi.organs.models import Installation, Person

    if if_empty and not Installation.objects.exists() and Person.objects.exists():
        return 0
    if if_empty and Installation.objects.filter(demo=False).exists():
        step("这是正式库，不载入演示数据。")
        return 0
    installation.establish(demo=True)
    loaded = _loaded(home)
    pending = [entry for entry in DEMO_STEPS if entry[0] not in loaded]
    fresh = False
    for module, function, title in pending:
        load = _loader(module, function)
        if load is None:
            continue
        fresh = True
        step(f"载入演示数据：{title} …")
        at = time.monotonic()
        with _unhurried():
            load()
        loaded = [*loaded, module]
        _mark(home, loaded)
        step(f"  {title}已载入（{time.monotonic() - at:.1f} 秒）")
    if fresh:
        step(f"演示库已就绪（共 {time.monotonic() - began:.1f} 秒）。")
    elif not if_empty:
        step("演示库已在，没有改动。要重新来过，请删除数据目录后再运行。")
    return 0


@contextmanager
def _unhurried() -> Iterator[None]:
    """An invented county need not survive a power cut while it is being loaded: no waiting for the disk at each of a
    thousand steps. What is loaded is marked as such only afterwards, so that a load that broke off is seen."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _prepare(*, quiet_when_ready: bool = False) -> Path:
    """Keys, tables and triggers; what is there already stays as it is."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from fazhi.ledger import keys

    home = Path(settings.FAZHI_HOME)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if made := keys.ensure(home):
        step(f"已生成密钥 {len(made)} 个（{home.name}/keys/）")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        step(f"建立、更新数据库表（{len(plan)} 项）…")
        call_command("migrate", verbosity=0, interactive=False)
    elif not quiet_when_ready:
        step("数据库表已是最新。")
    return home


def _loader(module: str, function: str) -> Callable[[], object] | None:
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as error:
        # Only the package's own absence is passed over; an import that fails inside it is a fault.
        if error.name and (module == error.name or module.startswith(error.name + ".")):
            return None
        raise
    load: Callable[[], object] = getattr(found, function)
    return load


def _loaded(home: Path) -> list[str]:
    """Which steps this database has had; kept beside it, so that a later version adds only its own."""
    try:
        done: list[str] = json.loads((home / "demo.json").read_text("utf-8"))
    except FileNotFoundError:
        return []
    return done


def _mark(home: Path, loaded: list[str]) -> None:
    (home / "demo.json").write_text(json.dumps(loaded, indent=1), "utf-8")
