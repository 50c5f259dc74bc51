"""`fazhi doctor`: what an administrator would otherwise find out too late. Each finding says what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from fazhi.errors import UserError
from fazhi.terminal import paint

Level = Literal["ok", "note", "bad"]


@dataclass(frozen=True)
class Finding:
    """`note` is a part that is missing but not needed (no browser, no PDF); `bad` needs an administrator."""

    what: str
    level: Level
    said: str
    next: str = ""


def run(*, as_json: bool) -> int:
    """Exit code 1 where something is bad."""
    found = [finding for check in CHECKS for finding in _safely(check)]
    bad = [finding for finding in found if finding.level == "bad"]
    if as_json:
        print(
            json.dumps({"ok": not bad, "findings": [asdict(f) for f in found]}, ensure_ascii=False, indent=1)
        )
        return 1 if bad else 0
    words = {"ok": ("正常", "green"), "note": ("提示", "amber"), "bad": ("问题", "red")}
    for finding in found:
        word, colour = words[finding.level]
        print(f"{paint(word, colour, sys.stdout)}  {finding.what}：{finding.said}")  # type: ignore[arg-type]
        if finding.next:
            print(f"      处理：{finding.next}")
    print("体检通过。" if not bad else f"发现 {len(bad)} 处问题。")
    return 1 if bad else 0


def _safely(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """A check that itself fails is a finding: the others still run."""
    try:
        return list(check())
    except UserError as error:
        return [Finding((check.__doc__ or "").rstrip("。."), "bad", error.message, error.next)]
    except Exception as fault:
        return [Finding((check.__doc__ or "").rstrip("。."), "bad", f"{type(fault).__name__}: {fault}")]


def _home() -> Path:
    from django.conf import settings

    return Path(settings.FAZHI_HOME)


def _keys() -> Iterator[Finding]:
    """密钥"""
    from fazhi.ledger import keys

    if lacking := keys.missing(_home()):
        yield Finding(
            "密钥",
            "bad",
            f"缺少 {'、'.join(lacking)}",
            "新安装运行 fazhi init；已有数据的从备份中取回，不要另行生成",
        )
        return
    keys.data_key(_home())
    keys.signing_key(_home())
    yield Finding("密钥", "ok", "三个密钥都在，只有本用户可读")


def _database() -> Iterator[Finding]:
    """数据库"""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding("数据库表", "bad", f"有 {len(plan)} 项更新未执行", "先备份，再运行 fazhi init")
        return
    yield Finding("数据库表", "ok", f"已是最新（{connection.vendor}）")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            answers = []
            for pragma in ("journal_mode", "synchronous", "foreign_keys"):
                cursor.execute(f"PRAGMA {pragma}")
                answers.append(str(cursor.fetchone()[0]))
            cursor.execute("PRAGMA quick_check(1)")
            intact = cursor.fetchone()[0]
        wanted = ["wal", "2", "1"]
        yield Finding(
            "SQLite 设置",
            "ok" if answers == wanted else "bad",
            "WAL、FULL、外键"
            if answers == wanted
            else f"journal_mode、synchronous、foreign_keys 为 {'、'.join(answers)}",
            "" if answers == wanted else "检查 settings 的 init_command 是否被改动",
        )
        yield Finding(
            "数据库文件",
            "ok" if intact == "ok" else "bad",
            "完好" if intact == "ok" else str(intact),
            "" if intact == "ok" else "停止服务，从备份恢复，再运行 fazhi verify",
        )


def _guard() -> Iterator[Finding]:
    """只增不改防护"""
    from fazhi.ledger import guard

    lines = guard.missing()
    if not lines:
        yield Finding("只增不改防护", "ok", "触发器和权限都在")
    for line in lines:
        yield Finding("只增不改防护", "bad", line, "运行 fazhi init 重建，再运行 fazhi verify 核验")


def _calendar() -> Iterator[Finding]:
    """工作日历"""
    from django.utils import timezone

    from fazhi.law.calendar import Calendar

    today = timezone.localdate()
    calendar = Calendar.shipped()
    if calendar.known(today):
        yield Finding("工作日历", "ok", f"{today.year} 年放假安排已载入")
    else:
        yield Finding(
            "工作日历", "bad", f"没有 {today.year} 年的放假安排，期限只能暂算", "载入国务院办公厅当年通知"
        )
    following = today.replace(year=today.year + 1, day=1)
    if today.month == 12 and not calendar.known(following):
        yield Finding(
            "工作日历", "note", f"{following.year} 年放假安排还没有载入，跨年期限为暂算", "通知公布后载入"
        )


def _screens() -> Iterator[Finding]:
    """界面资源"""
    from fazhi.web import parts

    if parts.ICONS.is_file():
        yield Finding("界面资源", "ok", "图标已生成")
    else:
        yield Finding("界面资源", "note", "图标没有生成，页面只显示文字", "运行 make assets")


def _papers() -> Iterator[Finding]:
    """PDF"""
    browser = next(
        (name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name)), ""
    )
    if not browser:
        yield Finding(
            "PDF", "note", "没有 chromium，文书不能生成 PDF（docx 和网页不受影响）", "安装 chromium"
        )
        return
    try:
        fonts = subprocess.run(
            ["fc-list", ":lang=zh", "family"], capture_output=True, text=True, timeout=20
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        fonts = ""
    if fonts.strip():
        yield Finding("PDF", "ok", f"{browser} 和中文字体都在")
    else:
        yield Finding("PDF", "note", "没有中文字体，PDF 会缺字", "安装 fonts-noto-cjk")


def _disk() -> Iterator[Finding]:
    """磁盘"""
    home = _home()
    if not os.access(home, os.W_OK):
        yield Finding("数据目录", "bad", f"{home.name}/ 不可写", "检查目录的属主和权限")
        return
    free = shutil.disk_usage(home).free / 2**30
    level: Level = "ok" if free > 2 else "bad"
    yield Finding(
        "数据目录",
        level,
        f"可写，剩余 {free:.0f} GB",
        "" if level == "ok" else "请清理或者扩容，写满后不能办理",
    )


CHECKS = (_keys, _database, _guard, _calendar, _screens, _papers, _disk)
