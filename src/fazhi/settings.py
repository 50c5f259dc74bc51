"""Django's settings. What differs from one installation to the next comes from the environment:

FAZHI_HOME           folder of the database, keys, attachments and the mirror (default: `var` in the working directory)
FAZHI_DATABASE_URL   `postgresql://user:password@host:port/name`; a socket folder as `?host=/folder`. Else SQLite.
FAZHI_DATABASE_ROLE  PostgreSQL role to act as, e.g. `fazhi_app`, which can neither update nor delete in the ledger
FAZHI_HOSTS          host names that are served, separated by commas (default: this machine only)
FAZHI_DEBUG          1: Django's debug pages
FAZHI_HTTPS          1: served over HTTPS by a proxy in front, cookies go over HTTPS only
FAZHI_DIGEST         sha256 (default) or sm3: of the sealed tree and the access log, and of events where neither county nor
                     province has set the parameter `digest`
FAZHI_IDLE_MINUTES   minutes without a request after which one has to sign in again (default 60)
"""

from __future__ import annotations

import importlib.util
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from fazhi.ledger import digests, keys

FAZHI_HOME = Path(os.environ.get("FAZHI_HOME") or "var").absolute()


def database(url: str, home: Path, role: str = "") -> dict[str, Any]:
    """Django's description of the database at `url`; of the SQLite file in `home` where `url` is empty."""
    return _postgresql(url, role) if url else _sqlite(home / "fazhi.sqlite3")


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            # IMMEDIATE: a transaction that will write says so first, and waits its turn (`timeout`, seconds),
            # instead of failing half-way when it has to turn from a reader into a writer.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # recursive_triggers: else INSERT OR REPLACE deletes rows without asking the append-only triggers.
            # secure_delete: erased personal values are overwritten in the file, not only unlinked.
            # cache_size: 32 MiB a connection; a case's events lie far apart in the file.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON; PRAGMA cache_size=-32768",
        },
    }


def _postgresql(url: str, role: str) -> dict[str, Any]:
    form = "应形如 postgresql://用户:密码@主机:端口/库名"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"环境变量 FAZHI_DATABASE_URL 无法识别：{form}") from None
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        raise ImproperlyConfigured(f"环境变量 FAZHI_DATABASE_URL 无法识别：{form}")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    if role:
        options["options"] = f"-c role={role}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _has(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # the package itself is not there
        return False


DATABASES = {
    "default": database(
        os.environ.get("FAZHI_DATABASE_URL", ""), FAZHI_HOME, os.environ.get("FAZHI_DATABASE_ROLE", "")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FAZHI_DIGEST = os.environ.get("FAZHI_DIGEST") or digests.DEFAULT
if FAZHI_DIGEST not in digests.ALGORITHMS:
    raise ImproperlyConfigured(
        f"环境变量 FAZHI_DIGEST 为“{FAZHI_DIGEST}”，可用的摘要算法：{'、'.join(digests.ALGORITHMS)}"
    )

# Before `fazhi init` has made the key there is nothing to sign in to: a key for this process only will do,
# so that commands which need no sessions run. `serve` and `doctor` ask for the real one.
SECRET_KEY = keys.secret_key_if_there(FAZHI_HOME) or secrets.token_urlsafe(48)

DEBUG = os.environ.get("FAZHI_DEBUG") == "1"
ALLOWED_HOSTS = [h for h in os.environ.get("FAZHI_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]

# A floor's app is there as soon as its package has an apps.py.
FLOORS = ["ledger", "organs", "cases", "figures", "plans", "reports", "web"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    *[f"fazhi.{floor}" for floor in FLOORS if _has(f"fazhi.{floor}.apps")],
]
if "fazhi.organs" in INSTALLED_APPS:
    AUTH_USER_MODEL = "organs.Person"

MIDDLEWARE = [
    "fazhi.web.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fazhi.web.refusals.user_errors",
    "fazhi.web.middleware.actor",
]
ROOT_URLCONF = "fazhi.urls"
WSGI_APPLICATION = "fazhi.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "fazhi.web.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fazhi.web.frame.context",
            ]
        },
    },
]
STATIC_URL = "static/"
# The style sheet of laid-out documents; documents is no Django app.
STATICFILES_DIRS = [Path(__file__).parent / "documents" / "static"]
WHITENOISE_USE_FINDERS = True

LOGIN_URL = "web:login"
CSRF_FAILURE_VIEW = "fazhi.web.refusals.csrf_failure"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
SESSION_COOKIE_AGE = 10 * 3600  # a working day; idle sessions end earlier, see fazhi.web.middleware
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = int(os.environ.get("FAZHI_IDLE_MINUTES") or 60)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if os.environ.get("FAZHI_HTTPS") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 180 * 24 * 3600

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
