"""Commands posted in few words, and what each of them must leave behind, in every domain."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.posting import post
from ledger.refusals import Code, Refusal
from ledger.terms import Actor, ActorKind, Command, Posting
from ledger.verify import verify

CLIENT = Actor(ActorKind.CLIENT, "tester", "request-1")
OPERATOR = Actor(ActorKind.OPERATOR, "olga", "request-2")
DOMAINS = ("wallets", "packages", "points")
# What frames a transaction's statements, as the databases spell it.
FRAME = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT"}


def do(command: Command) -> Posting:
    """Post a command that must be carried out."""
    (answer,) = post([command])
    assert isinstance(answer, Posting), answer
    return answer


def booked(command: Command) -> Any:
    """Post a command that must be booked, as new; return the record as the database has it."""
    posting = do(command)
    assert not posting.is_repeat
    assert posting.record is not None
    stored = type(posting.record)._base_manager.get(pk=posting.record.pk)
    owner = getattr(stored, stored.owner)
    assert (owner.sequence, owner.figure) == (stored.sequence, stored.after)
    return stored


def repeat(command: Command) -> Posting:
    """Post a command that must be answered as a repeat and change nothing."""
    before = everything()
    posting = do(command)
    assert posting.is_repeat
    assert everything() == before
    return posting


def unchanged(command: Command) -> Posting:
    """Post a command that is carried out, has nothing to do and is no repeat."""
    before = everything()
    posting = do(command)
    assert not posting.is_repeat
    assert everything() == before
    return posting


def refusal(command: Command, code: Code) -> Refusal:
    """Post a command that must be refused with that code and change nothing."""
    before = everything()
    (answer,) = post([command])
    assert isinstance(answer, Refusal), answer
    assert answer.code is code
    assert everything() == before
    return answer


def everything() -> list[list[dict[str, Any]]]:
    """Return every row of every table of the domains."""
    tables = [table for name in DOMAINS for table in apps.get_app_config(name).get_models()]
    return [list(table._base_manager.order_by("pk").values()) for table in tables]


def faults() -> list[str]:
    """Return what is wrong with the ledger in the database: nothing, if all is well."""
    return [str(finding) for finding in verify()]


def statements(commands: Sequence[Command]) -> list[str]:
    """Return the statements that posting takes."""
    with CaptureQueriesContext(connection) as queries:
        answers = post(commands)
    assert len(answers) == len(commands)
    return [query["sql"] for query in queries]


def allowed(count: int) -> int:
    """Return how many statements may be taken: SQLite splits by its number of parameters."""
    return count if connection.vendor != "sqlite" else 4 * count
