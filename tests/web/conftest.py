"""A served demo county and a real browser for the tests of the screens.

`site` is the demo county as `fazhi serve` serves it, in a folder of the test module's own: what one module does to it
no other sees. `page` is a new browser window on it; a page that breaks our content security policy or throws fails
its test. Pictures go to test-output/ (`shoot`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.web import build

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "test-output"
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
OFFICE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    """Checking a password is slow on purpose; the tests here are not about that. Static files come from the finders."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = None


@pytest.fixture
def place(db: None) -> dict[str, Any]:
    return build.small_county()


@dataclass(frozen=True)
class Site:
    """A running `fazhi serve`, and how to run commands on the same data."""

    url: str
    home: Path
    password: str

    def fazhi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return fazhi(self.home, *arguments)


def environment(home: Path) -> dict[str, str]:
    """A clean environment for a command on the data in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FAZHI_", "DJANGO_"))}
    return kept | {"FAZHI_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}


def fazhi(home: Path, *arguments: str, timeout: float = 180) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fazhi.cli", *arguments]
    return subprocess.run(
        command,
        env=environment(home),
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded demo county, made once and copied for each module that serves it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = fazhi(home, "demo", timeout=300)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def site(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("site") / "home"
    shutil.copytree(demo_home, home)
    server = subprocess.Popen(
        [sys.executable, "-m", "fazhi.cli", "serve", "--port", "0"],
        env=environment(home),
        cwd=home.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Site(_address(server), home, _password())
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _address(server: subprocess.Popen[str]) -> str:
    """The address that `serve` prints; what it printed instead, where it did not start."""
    said = ""
    assert server.stdout is not None
    for line in server.stdout:
        said += line
        if found := re.search(r"http://[^/\s]+", line):
            return found.group(0)
    pytest.fail(f"fazhi serve did not start:\n{said}")


def _password() -> str:
    from fazhi.organs import demo

    return demo.PASSWORD


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = next((path for name in names if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("没有 chromium，浏览器测试跳过；安装：apt-get install chromium fonts-noto-cjk")
    sync_api = pytest.importorskip("playwright.sync_api", reason="没有 playwright，浏览器测试跳过")
    root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    with sync_api.sync_playwright() as playwright:
        # The driver runs an event loop in this thread; Django's own guard would take every later query for one inside it.
        before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        opened = playwright.chromium.launch(executable_path=program, args=[*root, *QUIET])
        try:
            yield opened
        finally:
            opened.close()
            if before is None:
                del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
            else:
                os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def context(browser: Any, site: Site) -> Iterator[Any]:
    made = browser.new_context(
        base_url=site.url,
        viewport=OFFICE,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: Any) -> Iterator[Any]:
    made = context.new_page()
    broken: list[str] = []
    made.on("pageerror", lambda error: broken.append(f"script: {error}"))
    made.on(
        "console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield made
    assert not broken, broken


@pytest.fixture
def sign_in(page: Any, site: Site) -> Callable[..., Any]:
    """Sign in as a demo account; the page, on the workbench.

    The form is filled in once for each account and site, later tests take over its cookies (checking a password is
    slow on purpose). `fresh` fills in the form again, for a test that ends the session.
    """

    def enter(username: str, *, fresh: bool = False) -> Any:
        if cookies := None if fresh else _sessions.get((site.url, username)):
            page.context.add_cookies(cookies)
            page.goto("/")
            return page
        page.goto("/login/")
        page.fill("#id_username", username)
        page.fill("#id_password", site.password)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/login/" not in url)
        if not fresh:
            _sessions[site.url, username] = page.context.cookies()
        return page

    return enter


_sessions: dict[tuple[str, str], list[dict[str, Any]]] = {}


@pytest.fixture
def shoot(page: Any) -> Callable[..., Path]:
    """Take a picture of the page at office and phone size into test-output/."""

    def take(name: str, *, full: bool = False) -> Path:
        OUTPUT.mkdir(exist_ok=True)
        for suffix, size in (("", OFFICE), ("-phone", PHONE)):
            page.set_viewport_size(size)
            page.screenshot(path=OUTPUT / f"{name}{suffix}.png", full_page=full)
        page.set_viewport_size(OFFICE)
        return OUTPUT / f"{name}.png"

    return take
