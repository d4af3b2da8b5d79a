"""What a database error means for the command under way: told by its code, never by its class."""

from enum import Enum, auto

from django.db import InterfaceError

MYSQL_CONNECTION_LOST = {2006, 2013, 2026, 2055, 1053, 1158, 1159, 1160, 1161, 1927, 1180, 4031}
MYSQL_NOT_STARTED = {2002, 2003, 2005, 1021, 1040, 1047, 1114, 1129, 1203, 1226, 1290, 1792, 1836}
MYSQL_RESTART = {
    *(1213, 1205, 1206, 1020, 1317, 1969, 3024, 3572, 1062),
    *(8002, 8005, 8022, 8028, 9007, 1105),  # TiDB
}
POSTGRESQL_CONNECTION_LOST = {
    *("08000", "08003", "08006", "08007", "08P01", "40003"),
    *("25P03", "25P04", "57P01", "57P02", "57P05"),
}
POSTGRESQL_NOT_STARTED = {"57P03", "53100", "53200", "53300", "08001", "08004", "25006"}
POSTGRESQL_RESTART = {"40001", "40P01", "55P03", "57014", "23505"}
SQLITE_RESTART = {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED
SQLITE_NOT_STARTED = {8, 13, 14}  # SQLITE_READONLY, SQLITE_FULL, SQLITE_CANTOPEN
SQLITE_CONNECTION_LOST = {10}  # SQLITE_IOERR
SQLITE_UNIQUE = {1555, 2067}


class Fault(Enum):
    """What to do about a database error."""

    RESTART = auto()  # Rolled back for sure: run the whole unit again.
    NOT_STARTED = auto()  # No connection, or no disk to write to: try again later.
    CONNECTION_LOST = auto()  # Rolled back, unless COMMIT was under way: then nobody knows.
    BUG = auto()  # Ours: let it crash.


def classify(error: Exception) -> Fault:
    """Return what an error means. A key that appeared meanwhile means: run again, replay."""
    cause = error.__cause__ or error
    if hasattr(cause, "sqlstate"):
        return _postgresql(cause)
    if hasattr(cause, "sqlite_errorcode"):
        return _sqlite(cause.sqlite_errorcode)
    if isinstance(error, InterfaceError):
        return Fault.CONNECTION_LOST
    code = cause.args[0] if cause.args else None
    return _mysql(code) if isinstance(code, int) else Fault.BUG


def _postgresql(cause: BaseException) -> Fault:
    state = getattr(cause, "sqlstate", None)
    if state is None:  # psycopg's own: the socket failed, or no connection could be made.
        is_lost = type(cause).__name__ in {"OperationalError", "InterfaceError"}
        return Fault.CONNECTION_LOST if is_lost else _pool(cause)
    if state in POSTGRESQL_RESTART:
        return Fault.RESTART
    if state in POSTGRESQL_NOT_STARTED:
        return Fault.NOT_STARTED
    return Fault.CONNECTION_LOST if state in POSTGRESQL_CONNECTION_LOST else Fault.BUG


def _pool(cause: BaseException) -> Fault:
    timed_out = type(cause).__name__ in {"PoolTimeout", "ConnectionTimeout"}
    return Fault.NOT_STARTED if timed_out else Fault.BUG


def _mysql(code: int) -> Fault:
    if code in MYSQL_RESTART:
        return Fault.RESTART
    if code in MYSQL_NOT_STARTED:
        return Fault.NOT_STARTED
    return Fault.CONNECTION_LOST if code in MYSQL_CONNECTION_LOST else Fault.BUG


def _sqlite(code: int) -> Fault:
    kind = code & 0xFF
    if kind in SQLITE_RESTART or code in SQLITE_UNIQUE:
        return Fault.RESTART
    if kind in SQLITE_NOT_STARTED:
        return Fault.NOT_STARTED
    return Fault.CONNECTION_LOST if kind in SQLITE_CONNECTION_LOST else Fault.BUG
