"""`fazhi backup FILE`: a consistent copy of the database and the attachments while the service runs."""

from __future__ import annotations

import os
import sqlite3
import tarfile
import tempfile
from pathlib import Path

from fazhi.errors import UserError

# Rebuilt from the ledger at any time, so not worth the room.
LEFT_OUT = {"mirror", "static"}


def run(file: Path, *, with_keys: bool) -> int:
    from django.conf import settings
    from django.db import connection

    home = Path(settings.FAZHI_HOME)
    if connection.vendor != "sqlite":
        raise UserError(
            "数据库是 PostgreSQL，本命令不备份它",
            next="请用 pg_dump 备份数据库，并另行备份数据目录中的附件和密钥",
        )
    database = Path(settings.DATABASES["default"]["NAME"])
    if not database.is_file():
        raise UserError(f"没有数据库文件 {database.name}", next="请核对 FAZHI_HOME，或者先运行 fazhi init")
    if file.exists():
        raise UserError(f"文件 {file} 已存在，没有覆盖", next="请换一个文件名")
    if not file.parent.is_dir():
        raise UserError(f"没有目录 {file.parent}", next="请先建立这个目录")
    draft = file.with_name(f".{file.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=home) as room:
            copy = Path(room) / database.name
            _copy(database, copy)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
                with tarfile.open(fileobj=target, mode="w:gz", compresslevel=6) as archive:
                    archive.add(copy, database.name)
                    for path in sorted(home.iterdir()):
                        if _wanted(path, database.name, with_keys) and path != Path(room):
                            archive.add(path, path.name)
                target.flush()
                os.fsync(target.fileno())
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)
    print(f"已备份到 {file}（{file.stat().st_size / 2**20:.1f} MB）。")
    if not with_keys:
        print("密钥没有备份在内，请另行保管；没有数据密钥，备份中的个人信息打不开。")
    print("恢复：停止服务，解开到空的数据目录，放回密钥，运行 fazhi doctor 和 fazhi verify。")
    return 0


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online backup, checked page by page afterwards."""
    with sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
        answer = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    copy.close()
    live.close()
    if answer != "ok":
        raise UserError(
            f"数据库文件已损坏，没有备份：{answer}", next="停止服务，从上一次备份恢复，再运行 fazhi verify"
        )


def _wanted(path: Path, database: str, with_keys: bool) -> bool:
    if path.name.startswith((".", database)) or path.name in LEFT_OUT or path.name.startswith("tmp"):
        return False
    return with_keys or path.name != "keys"
