"""What each error of each database means, told by its code."""

import sqlite3

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError

from ledger.faults import Fault, classify
from tests.ledger.faulty import PsycopgError, caused_by, mysql, postgresql, sqlite

RESTART, NOT_STARTED, LOST, BUG = (
    Fault.RESTART,
    Fault.NOT_STARTED,
    Fault.CONNECTION_LOST,
    Fault.BUG,
)
MYSQL = {
    **dict.fromkeys((1213, 1205, 1020, 3572, 8002, 8005, 8022, 8028, 9007, 1105, 1062), RESTART),
    **dict.fromkeys((1206, 1317, 1969, 3024), RESTART),
    **dict.fromkeys((2002, 2003, 2005, 1021, 1040, 1047), NOT_STARTED),
    **dict.fromkeys((1114, 1129, 1203, 1226, 1290, 1792, 1836), NOT_STARTED),
    **dict.fromkeys((2006, 2013, 2055, 1053, 1927, 1180), LOST),
    **dict.fromkeys((2026, 1158, 1159, 1160, 1161, 4031), LOST),
    **dict.fromkeys((0, 1048, 1064, 1146, 1264, 1366, 1406, 1452, 1690, 3819, 4025), BUG),
}
POSTGRESQL = {
    **dict.fromkeys(("40001", "40P01", "55P03", "57014", "23505"), RESTART),
    **dict.fromkeys(("57P03", "53100", "53200", "53300", "08001", "08004", "25006"), NOT_STARTED),
    **dict.fromkeys(("08007", "08006", "08003", "40003", "57P01", "57P02", "25P03"), LOST),
    **dict.fromkeys(("08000", "08P01", "25P04", "57P05"), LOST),
    **dict.fromkeys(("22003", "23514", "22001", "23502", "42601", "42P01", "25P02"), BUG),
}
SQLITE = {
    **dict.fromkeys((5, 6, 261, 517, 773, 262, 1555, 2067), RESTART),
    **dict.fromkeys((8, 13, 14, 270, 526), NOT_STARTED),
    **dict.fromkeys((10, 266), LOST),
    **dict.fromkeys((1, 11, 19, 275, 787, 1299), BUG),
}
WITHOUT_STATE = {
    "OperationalError": LOST,
    "InterfaceError": LOST,
    "PoolTimeout": NOT_STARTED,
    "ConnectionTimeout": NOT_STARTED,
    "ProgrammingError": BUG,
}


@pytest.mark.parametrize(("code", "fault"), MYSQL.items())
def test_mysql_is_told_by_its_number(code: int, fault: Fault) -> None:
    assert classify(mysql(code)) is fault
    assert classify(OperationalError(code, "said by Django itself")) is fault


@pytest.mark.parametrize(("state", "fault"), POSTGRESQL.items())
def test_postgresql_is_told_by_its_state(state: str, fault: Fault) -> None:
    assert classify(postgresql(state)) is fault


@pytest.mark.parametrize(("code", "fault"), SQLITE.items())
def test_sqlite_is_told_by_its_code(code: int, fault: Fault) -> None:
    assert classify(sqlite(code)) is fault


@pytest.mark.parametrize(("name", "fault"), WITHOUT_STATE.items())
def test_psycopg_is_told_by_its_name_where_the_server_said_nothing(name: str, fault: Fault) -> None:
    kind = type(name, (PsycopgError,), {})
    assert classify(caused_by(kind(None))) is fault


def test_an_unusable_connection_is_lost() -> None:
    assert classify(InterfaceError("connection already closed")) is LOST
    assert classify(InterfaceError(0, "")) is LOST


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(),
        OperationalError("no such table: accounts"),
        IntegrityError("CHECK constraint failed"),
        caused_by(sqlite3.ProgrammingError("Cannot operate on a closed database.")),
    ],
)
def test_whatever_is_not_known_is_a_bug(error: Exception) -> None:
    assert classify(error) is BUG
