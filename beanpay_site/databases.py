"""From DATABASE_URL to Django's settings, with what the ledger needs of each database."""

from typing import Any

import environ

LOCK_WAIT_SECONDS = 5
CONNECT_SECONDS = 3
# A session whose program is gone lets go of its locks.
MARIADB_IDLE = "/*M! , idle_transaction_timeout=10 */"  # MySQL has no such setting.
POSTGRESQL_IDLE = (
    "-c idle_in_transaction_session_timeout=10s"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def configure(url: str, *, timeout: int) -> dict[str, Any]:
    """Return the settings of one database. `timeout`: seconds that a statement may take; 0: any."""
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    vendor = settings["ENGINE"].rpartition(".")[2]
    options = {
        "sqlite3": SQLITE_OPTIONS,
        "mysql": _mysql(timeout),
        "postgresql": _postgresql(timeout),
    }.get(vendor, {})
    return {
        **settings,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, **settings.get("OPTIONS", {})},
    }


def _mysql(timeout: int) -> dict[str, Any]:
    socket = {"read_timeout": timeout, "write_timeout": timeout} if timeout else {}
    return {
        "charset": "utf8mb4",
        "isolation_level": "read committed",
        "connect_timeout": CONNECT_SECONDS,
        "init_command": (
            f"SET SESSION innodb_lock_wait_timeout={LOCK_WAIT_SECONDS},"
            " sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'"
            f"{MARIADB_IDLE if timeout else ''}"
        ),
        **socket,
    }


def _postgresql(timeout: int) -> dict[str, Any]:
    limits = f"-c lock_timeout={LOCK_WAIT_SECONDS}s"
    if timeout:
        limits += f" -c statement_timeout={timeout}s {POSTGRESQL_IDLE}"
    return {
        "connect_timeout": CONNECT_SECONDS,
        "options": limits,
        **({"tcp_user_timeout": timeout * 1000} if timeout else {}),
    }
