"""A database that fails when it is told to, with the errors of any of them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection

Making = Callable[[], Exception]


class PsycopgError(Exception):
    """Looks like psycopg's errors."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("said psycopg")
        self.sqlstate = sqlstate


def caused_by(cause: Exception, *, kind: type[DatabaseError] = OperationalError) -> DatabaseError:
    """Return what Django makes of a driver's error."""
    error = kind(*cause.args)
    error.__cause__ = cause
    return error


def mysql(code: int) -> DatabaseError:
    """Return an error of MySQL or MariaDB."""
    return caused_by(OperationalError(code, "said the server"))


def postgresql(state: str) -> DatabaseError:
    """Return an error of PostgreSQL."""
    kind = IntegrityError if state.startswith("23") else OperationalError
    return caused_by(PsycopgError(state), kind=kind)


def sqlite(code: int) -> DatabaseError:
    """Return an error of SQLite."""
    cause = sqlite3.OperationalError("said SQLite")
    cause.sqlite_errorcode = code
    return caused_by(cause)


class Saboteur:
    """Lets the step `at` of a transaction fail, `times` times; COMMIT is the last step.

    With `reply_only`, a step is carried out before it fails.
    """

    def __init__(self, make: Making, *, at: int, times: int, reply_only: bool = False) -> None:
        self._make, self._at, self._reply_only = make, at, reply_only
        self.left = times
        self.steps = 0
        self.failures = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any
    ) -> Any:
        """Stand between Django and a cursor."""
        return self.step(lambda: execute(sql, params, many, context))

    def step(self, carry_out: Callable[[], Any]) -> Any:
        """Carry a step out, or let it fail."""
        is_mine = self.left > 0 and self.steps == self._at
        self.steps += 1
        if not is_mine:
            return carry_out()
        if self._reply_only:
            carry_out()
        self.left -= 1
        self.failures += 1
        self.steps = 0
        raise self._make()


@contextmanager
def sabotage(saboteur: Saboteur) -> Iterator[Saboteur]:
    """Let every statement and COMMIT pass through the saboteur."""
    commit = connection._commit  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(saboteur):
        patch.setattr(connection, "_commit", lambda: saboteur.step(commit))
        yield saboteur


def steps_of(run: Callable[[], object]) -> int:
    """Return how many steps it takes, COMMIT included."""
    with sabotage(Saboteur(AssertionError, at=0, times=0)) as counter:
        run()
    return counter.steps
