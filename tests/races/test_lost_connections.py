"""The server ends a connection in the middle of a transaction, really."""

import pytest
from django.db import DatabaseError, InterfaceError, connection

from ledger import posting
from tests.ledger.faulty import Saboteur, sabotage, steps_of
from tests.races.support import at_once
from tests.wallets.support import Customer, do, repeat

KILL = {
    "mysql": ("SELECT CONNECTION_ID()", "KILL %s"),
    "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend(%s, 5000)"),
}


def ended_by_the_server() -> Exception:
    """Let the server end this thread's connection; return how that shows."""
    own_id, kill = KILL[connection.vendor]
    try:
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(own_id)
            (number,) = cursor.fetchone()
            at_once([lambda: run(kill, number)])
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as error:
        return error
    raise AssertionError("the connection is still there")


def run(statement: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [number])


def test_is_done_once_whenever_the_connection_ends(
    ann: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor not in KILL:
        pytest.skip("there is no server that could end a connection")
    monkeypatch.setattr(posting, "PAUSE_SECONDS", (0.0, 0.0))
    steps = steps_of(lambda: do(ann.deduct("counted", 1)))
    for at in range(steps):
        with sabotage(Saboteur(ended_by_the_server, at=at, times=2)) as saboteur:
            assert not do(ann.deduct(f"d{at}", 1)).is_repeat
        assert saboteur.failures == 2
        repeat(ann.deduct(f"d{at}", 1))
    assert ann.balance() == 99 - steps
