"""The site's settings with fixed secrets; a developer's `.env` has no say here."""

import os
from pathlib import Path

VAR = Path(__file__).resolve().parent.parent / "var"
VAR.mkdir(mode=0o700, exist_ok=True)
os.environ.update(
    SECRET_KEY="a-secret-for-tests-only-" + "x" * 40,
    LEDGER_HASH_KEYS="1:" + "11" * 32 + ",2:" + "22" * 32,
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    HTTPS="0",
    API_AUTH_REQUIRED="true",
    DEFAULT_IDENT="default",
    TIME_ZONE="Asia/Shanghai",
    CACHE_URL="locmemcache://",
    LOG_LEVEL="CRITICAL",
    WORKERS="1",
    TRUST_PROXY="0",
    CSRF_TRUSTED_ORIGINS="",
    STATIC_ROOT="",
    DATABASE_TIMEOUT="0",
)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{VAR / 'unused.sqlite3'}")

from beanpay_site.settings import *  # noqa: E402, F403
from beanpay_site.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["TEST"] = (
    {"NAME": VAR / "test.sqlite3"}  # In a file: threads share it as workers do.
    if DATABASES["default"]["ENGINE"].endswith("sqlite3")
    else {"CHARSET": "utf8mb4"}
    if DATABASES["default"]["ENGINE"].endswith("mysql")
    else {}
)
