"""What the ledger relies on in a database, and how it says that something is missing."""

from types import SimpleNamespace
from typing import Any, Self

import pytest
from django.db import connections

from ledger import checks

SAFE: dict[str, dict[str, str]] = {
    "mysql": {
        "transaction_isolation": "READ-COMMITTED",
        "innodb_flush_log_at_trx_commit": "1",
        "character_set_connection": "utf8mb4",
        "character_set_database": "utf8mb4",
    },
    "postgresql": {
        "transaction_isolation": "read committed",
        "fsync": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
    },
}
UNSAFE = [
    ("mysql", "transaction_isolation", "REPEATABLE-READ"),
    ("mysql", "tx_isolation", "READ-UNCOMMITTED"),
    ("mysql", "innodb_flush_log_at_trx_commit", "2"),
    ("mysql", "innodb_flush_log_at_trx_commit", "0"),
    ("mysql", "character_set_connection", "latin1"),
    ("mysql", "character_set_database", "utf8mb3"),
    ("postgresql", "fsync", "off"),
    ("postgresql", "synchronous_commit", "off"),
    ("postgresql", "server_encoding", "SQL_ASCII"),
]


class Cursor:
    """Answers every question with these settings, and one that nobody cares about."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._rows = [*settings.items(), ("wait_timeout", "28800")]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close nothing."""

    def execute(self, question: str) -> None:
        assert question.startswith(("SHOW", "SELECT"))

    def fetchall(self) -> list[tuple[str, str]]:
        return self._rows


def messages(monkeypatch: pytest.MonkeyPatch, vendor: str, settings: dict[str, str]) -> list[str]:
    """Return what is said about a database with these settings."""
    fake: Any = SimpleNamespace(vendor=vendor, cursor=lambda: Cursor(settings))
    monkeypatch.setattr(checks, "connections", {"other": fake})
    return [message.msg for message in checks.check_databases(databases=["other"])]


@pytest.mark.parametrize("vendor", [*SAFE, "sqlite"])
def test_nothing_is_said_about_safe_settings(monkeypatch: pytest.MonkeyPatch, vendor: str) -> None:
    assert messages(monkeypatch, vendor, SAFE.get(vendor, {})) == []


@pytest.mark.parametrize(("vendor", "name", "value"), UNSAFE)
def test_an_unsafe_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, vendor: str, name: str, value: str
) -> None:
    (said,) = messages(monkeypatch, vendor, {**SAFE[vendor], name: value})
    assert name in said
    assert value in said


@pytest.mark.django_db
def test_the_database_of_these_tests_is_safe() -> None:
    assert list(connections) == ["default"]
    assert checks.check_databases(databases=["default"]) == []


def test_without_a_database_nothing_is_asked() -> None:
    assert checks.check_databases() == []
