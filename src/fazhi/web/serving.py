"""`fazhi serve`: one process with threads, since SQLite wants one that writes; the worker is one of the threads."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from types import FrameType

from fazhi.errors import UserError
from fazhi.terminal import pad, paint, width


def serve(listening: socket.socket, *, threads: int, worker: bool) -> int:
    """Serve until told to stop. The socket comes from `listen`, before Django is made ready."""
    _require_ready()
    from fazhi.wsgi import application

    if worker:
        _start_worker()
    from waitress.server import create_server

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(application, sockets=[listening], threads=threads, ident=None, channel_timeout=60)
    signal.signal(signal.SIGTERM, _leave)
    _greet(*listening.getsockname()[:2])
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()
        if worker:
            _stop_worker()
    print("\n已停止。", file=sys.stderr)
    return 0


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def listen(host: str, port: int) -> socket.socket:
    """The listening socket, taken first: nothing is started in vain where the port is not to be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except (OSError, OverflowError) as error:
        made.close()
        if isinstance(error, OSError) and error.errno in (98, 48, 10048):
            raise UserError(
                f"端口 {port} 已被占用，没有启动 · port {port} is already in use",
                next=f"停掉占用它的程序（可能是先前启动的 fazhi serve），或者换一个端口：fazhi serve --port {port + 1}"
                f"（make run PORT={port + 1}）",
            ) from None
        raise UserError(
            f"不能在 {host}:{port} 监听：{error} · cannot listen there",
            next="请核对地址和端口；1024 以下的端口需要管理员权限",
        ) from None
    return made


def _require_ready() -> None:
    from pathlib import Path

    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from fazhi.cases import stamp
    from fazhi.ledger import guard, keys

    if lacking := keys.missing(Path(settings.FAZHI_HOME)):
        raise UserError(
            f"缺少密钥文件：{'、'.join(lacking)}",
            next="新安装请先运行 fazhi init（或者 fazhi demo 看演示）；已有数据的，请从备份中取回密钥文件",
        )
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UserError(
            "数据库表还不是最新",
            next="请先备份，再运行 fazhi init 更新（演示库运行 fazhi demo）；不改动已有数据",
        )
    guard.require()
    stamp.require()


def _start_worker() -> None:
    try:
        from fazhi.cases import worker
    except ModuleNotFoundError:
        return
    worker.start_thread()


def _stop_worker() -> None:
    try:
        from fazhi.cases import worker
    except ModuleNotFoundError:
        return
    worker.stop_thread()


def _greet(host: str, port: int) -> None:
    from fazhi.web import demo_accounts

    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
    print(
        f"\n  {paint('法治', 'bold', sys.stdout)} 已启动：{paint(address, 'green', sys.stdout)}   （Ctrl+C 停止）\n"
    )
    if host not in ("127.0.0.1", "::1", "localhost") and not os.environ.get("FAZHI_HOSTS"):
        print(
            "  其他计算机要能打开，请用环境变量 FAZHI_HOSTS 写明访问用的域名或者地址，例如 FAZHI_HOSTS=10.1.2.3\n"
        )
    tour = demo_accounts.tour()
    if tour:
        print(f"  演示账号（密码都是 {demo_accounts.password()}）· demo accounts, one password for all:\n")
        names = max(width(stop.account.username) for stop in tour) + 2
        posts = (
            max(width(f"{stop.account.name} {stop.account.organ}{stop.account.title}") for stop in tour) + 2
        )
        for stop in tour:
            who = f"{stop.account.name} {stop.account.organ}{stop.account.title}"
            print(f"    {pad(stop.account.username, names)}{pad(who, posts)}{stop.look}")
        print(
            "\n  先看：用 zhifa1 登录看工作台，再用 jiandu 看超期和督办。这是演示库，请勿录入真实个人信息。\n"
        )
    sys.stdout.flush()
