"""On what it was measured."""

import os
import platform
import re
import sys
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks import tools

PACKAGES = ("Django", "djangorestframework", "granian", "mysqlclient", "psycopg")
SERVERS = {"mariadb": "mariadbd", "postgresql": "postgres"}
GIGABYTE = 1 << 30


def facts(databases: set[str], *, load: float) -> list[tuple[str, str]]:
    """Return name and value of all that figures depend on; `load` is what others did."""
    return [
        ("date", time.strftime("%Y-%m-%d %H:%M %Z")),
        ("commit", _commit()),
        ("load before", f"{load:.2f}"),
        ("processor", f"{os.cpu_count()} × {_processor()}"),
        ("memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIGABYTE:.0f} GB"),
        ("kernel", platform.release()),
        ("Python", f"{platform.python_version()} ({sys.implementation.name})"),
        *((name, version(name)) for name in PACKAGES),
        *((name, _server_version(SERVERS[name])) for name in sorted(databases & set(SERVERS))),
        ("sqlite", _sqlite_version()),
    ]


def _commit() -> str:
    git = tools.program("git")
    try:
        commit = tools.run([git, "rev-parse", "--short=12", "HEAD"]).strip()
        is_changed = bool(tools.run([git, "status", "--porcelain"]).strip())
    except tools.BenchmarkError:
        return "unknown"
    return f"{commit}, with changes" if is_changed else commit


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def _server_version(name: str) -> str:
    said = tools.run([tools.program(name), "--version"])
    found = re.search(r"\d+\.\d+(\.\d+)?", said)
    return found[0] if found else said.strip()


def _sqlite_version() -> str:
    import sqlite3

    return sqlite3.sqlite_version
