"""`fazhi init`, `demo`, `serve`, `doctor`, `backup`: making an installation, showing it, running it, keeping it well."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fazhi.cli import django_setup


def register(subparsers: Any) -> None:
    init = subparsers.add_parser("init", help="新安装：建库、生成密钥、建立一名系统管理员（给出一次性密码）")
    init.add_argument("--username", default="admin", metavar="用户名", help="管理员的用户名（默认 admin）")
    init.add_argument("--name", default="系统管理员", metavar="姓名", help="管理员的姓名")
    init.add_argument("--county", metavar="代码", help="本县六位行政区划代码；不给则首次登录后在网页登记")
    init.add_argument("--county-name", metavar="名称", help="本县全称，例如 漳平市（与 --county 同时给出）")
    init.set_defaults(handler=_init)

    demo = subparsers.add_parser("demo", help="建立演示库：虚构的安澜县、演示账号和案件")
    demo.add_argument("--if-empty", action="store_true", help="已有数据库时什么也不做（make run 用）")
    demo.set_defaults(handler=_demo)

    serve = subparsers.add_parser("serve", help="启动网页服务")
    serve.add_argument(
        "--host", default="127.0.0.1", metavar="地址", help="监听地址（默认 127.0.0.1，只限本机）"
    )
    serve.add_argument("--port", type=int, default=8000, metavar="端口", help="监听端口（默认 8000）")
    serve.add_argument("--threads", type=int, default=8, metavar="数", help="处理请求的线程数（默认 8）")
    serve.add_argument(
        "--no-worker", action="store_true", help="不在本进程内运行后台办理（另开 fazhi work 时用）"
    )
    serve.set_defaults(handler=_serve)

    doctor = subparsers.add_parser("doctor", help="体检：密钥、数据库、只增不改防护、工作日历、字体和浏览器")
    doctor.add_argument("--json", action="store_true", help="以 JSON 输出")
    doctor.set_defaults(handler=_doctor)

    backup = subparsers.add_parser("backup", help="备份数据库和附件到一个文件（密钥须另行保管）")
    backup.add_argument("file", type=Path, metavar="文件", help="备份文件，例如 fazhi-2026-11-21.tar.gz")
    backup.add_argument("--with-keys", action="store_true", help="连同密钥一起备份（文件须加锁保管）")
    backup.set_defaults(handler=_backup)


def _init(args: argparse.Namespace) -> int:
    django_setup()
    from fazhi.web import installing

    return installing.init(args.username, args.name, args.county or "", args.county_name or "")


def _demo(args: argparse.Namespace) -> int:
    django_setup()
    from fazhi.web import installing

    return installing.demo(if_empty=args.if_empty)


def _serve(args: argparse.Namespace) -> int:
    from fazhi.web import serving

    listening = serving.listen(args.host, args.port)
    django_setup()
    return serving.serve(listening, threads=args.threads, worker=not args.no_worker)


def _doctor(args: argparse.Namespace) -> int:
    django_setup()
    from fazhi.web import doctor

    return doctor.run(as_json=args.json)


def _backup(args: argparse.Namespace) -> int:
    django_setup()
    from fazhi.web import backup

    return backup.run(args.file, with_keys=args.with_keys)
