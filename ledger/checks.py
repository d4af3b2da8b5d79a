"""System checks for the assumptions that would lose money if they broke; `migrate` runs them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

HINT = "See docs/operating.md, Databases."

# Setting -> the values that are safe. A server has one of two names for some of them.
MYSQL: Mapping[str, set[str]] = {
    "tx_isolation": {"READ-COMMITTED"},
    "transaction_isolation": {"READ-COMMITTED"},
    "innodb_flush_log_at_trx_commit": {"1"},
    "character_set_connection": {"utf8mb4"},
    "character_set_database": {"utf8mb4"},
}
POSTGRESQL: Mapping[str, set[str]] = {
    "transaction_isolation": {"read committed", "repeatable read", "serializable"},
    "fsync": {"on"},
    "synchronous_commit": {"on", "remote_apply", "remote_write", "local"},
    "server_encoding": {"UTF8"},
}
SAFE: Mapping[str, tuple[str, Mapping[str, set[str]]]] = {
    "mysql": ("SHOW SESSION VARIABLES", MYSQL),
    "postgresql": ("SELECT name, setting FROM pg_settings", POSTGRESQL),
}


@register(Tags.database)
def check_databases(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check what the ledger relies on: isolation, durability, exact text."""
    return [message for alias in databases or [] for message in _check(alias)]


def _check(alias: str) -> list[CheckMessage]:
    vendor = connections[alias].vendor
    if vendor not in SAFE:
        return []
    question, safe = SAFE[vendor]
    with connections[alias].cursor() as cursor:
        cursor.execute(question)
        settings = {name: value for name, value, *_ in cursor.fetchall() if name in safe}
    return [
        Error(
            f"{vendor}: {name} is {value}; it must be {' or '.join(sorted(safe[name]))}.",
            hint=HINT,
            id="ledger.E001",
        )
        for name, value in settings.items()
        if value not in safe[name]
    ]
