"""`verify_ledger` finds every edit of points that is made straight in the database."""

import random
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction

from ledger.posting import post
from ledger.refusals import Refusal
from points.models import Account, HoldPiece, Lot
from tests.ledger.edits import Edit, Tables, change, delete_some, execute, some, swap
from tests.points.support import Customer
from tests.support import do, faults

STATES, RECORDS = "points_account", "points_log"
TYPES = "points_pointtype"
LOTS, PIECES, LINES = "points_lot", "points_holdpiece", "points_lotlog"
POINTS = Tables(STATES, RECORDS, owner="account_id", figure="available", change="delta")
CUSTOMERS = 3


@pytest.fixture(autouse=True)
def _history(db: None, clock: time_machine.Traveller) -> None:
    """Give each of some customers lots, holds and logs of every kind."""
    customers = [Customer(f"u{number}") for number in range(CUSTOMERS)]
    do(customers[0].increase(1))
    soon = customers[0].row().created_at + timedelta(hours=1)
    commands = [
        command
        for each in customers
        for command in (
            each.increase(100, 60, reference="A"),
            each.increase(50, 0, tag="free"),
            each.increase(40, 40, expires_at=soon),
            each.freeze(30, reference="O"),
            each.freeze(20, expires_at=soon),
            each.decrease(15, number="d"),
            each.capture(5),
            each.release(5),
            each.refund(6),
            each.cancel(4),
        )
    ]
    assert not [answer for answer in post(commands) if isinstance(answer, Refusal)]
    clock.move_to(soon)
    post([each.expire() for each in customers])


def of_open(table: str, assignment: str, where: str) -> Edit:
    """Return an edit of some row for which that is so."""
    return lambda chance: execute(
        f"UPDATE {table} SET {assignment} WHERE id = {some(table, chance, where=where)}"  # noqa: S608
    )


def to_another_owner(table: str, owner: str = "account_id", owners: str = STATES) -> Edit:
    """Return an edit that gives some row to another owner."""

    def edit(chance: random.Random) -> None:
        row = some(table, chance, where="is_open" if table == PIECES else "1=1")
        own = f"id = (SELECT {owner} FROM {table} WHERE id = {row})"  # noqa: S608
        other = some(owners, chance, where=f"NOT {own}")
        place = ", sequence = sequence + 1000" if table in {LOTS, RECORDS} else ""
        execute(f"UPDATE {table} SET {owner} = {other}{place} WHERE id = {row}")  # noqa: S608

    return edit


OPEN = "is_open"
MOVED = "available = available - 1, used = used + 1"
EDITS: dict[str, Edit] = {
    "available": change(STATES, "available = available + 1"),
    "available and used": change(STATES, "available = available + 1, used = used - 1"),
    "cost": of_open(STATES, "cost = cost + 1", "cost < granted_cost"),
    "cost ever granted": change(STATES, "granted_cost = granted_cost + 1"),
    "name": change(STATES, "name = 'Other'"),
    "enabled": change(STATES, "is_enabled = NOT is_enabled"),
    "spending order": change(STATES, "spending_order = 3 - spending_order"),
    "spending order of a type": change(TYPES, "spending_order = 3 - spending_order"),
    "name of a type": change(TYPES, "name = 'other'"),
    "sequence of the row": change(STATES, "sequence = sequence + 1"),
    "granted": change(LOTS, "total = total + 1, used = used + 1"),
    "moved in a lot": of_open(LOTS, MOVED, "available > 100"),
    "cost of a lot": change(LOTS, "total_cost = total_cost + 1, used_cost = used_cost + 1"),
    "expiry of a lot": change(LOTS, "expires_at = '2999-01-01 00:00:00'"),
    "order of a lot": change(LOTS, "reference = 'other'"),
    "tag of a lot": change(LOTS, "tag = 'other'"),
    "owner of a lot": to_another_owner(LOTS),
    "held": of_open(PIECES, "points = points + 1", OPEN),
    "cost held": of_open(PIECES, "cost = cost + 1", OPEN),
    "expiry of a hold": of_open(PIECES, "expires_at = '2998-01-01 00:00:00'", OPEN),
    "order of a hold": of_open(PIECES, "reference = 'other'", OPEN),
    "hold closed": of_open(PIECES, "points = 0, cost = 0, is_open = NOT is_open", OPEN),
    "owner of a hold": to_another_owner(PIECES),
    "kind of a log": change(RECORDS, "log_type = 8 - log_type + 8"),
    "points of a log": change(RECORDS, "delta = delta + 1"),
    "cost of a log": change(RECORDS, "delta_cost = delta_cost + 1"),
    "available after": change(RECORDS, "available = available + 1"),
    "number of a log": change(RECORDS, "number = 'other'"),
    "order of a log": change(RECORDS, "reference = 'other'"),
    "time of a log": change(RECORDS, "created_at = '2020-01-01 00:00:00'"),
    "answer": change(RECORDS, "answer = '{}'"),
    "actor": change(RECORDS, "actor = 'client:other'"),
    "extra of a log": change(RECORDS, "extra = '1'"),
    "owner of a log": to_another_owner(RECORDS),
    "two logs swapped": swap(POINTS, "sequence"),
    "two points swapped": swap(POINTS, "delta"),
    "points of a line": change(LINES, "delta = delta + 1"),
    "lot after": change(LINES, "used = used + 1"),
    "cost after": change(LINES, "used_cost = used_cost + 1"),
    "kind of a line": change(LINES, "log_type = 8 - log_type + 8"),
    "lot of a line": to_another_owner(LINES, "lot_id", LOTS),
    "log of a line": to_another_owner(LINES, "log_id", RECORDS),
    "owner of a line": to_another_owner(LINES),
    "a line deleted": delete_some(POINTS._replace(records=LINES)),
}


@pytest.mark.parametrize("name", EDITS)
def test_finds_an_edit_made_in_the_database(name: str) -> None:
    assert faults() == []
    with transaction.atomic():
        EDITS[name](random.Random(name))
        assert faults(), name
        transaction.set_rollback(True)
    assert faults() == []


def reseal(table: str, pk: int) -> None:
    """Seal an edited row as somebody who has the key could."""
    models: dict[str, type[Account | Lot | HoldPiece]] = {
        STATES: Account,
        LOTS: Lot,
        PIECES: HoldPiece,
    }
    rows = models[table]._base_manager.filter(pk=pk)
    rows.update(seal=rows.get().compute_seal())


@pytest.mark.parametrize(
    ("table", "assignment", "where", "problem"),
    [
        (STATES, "available = available + 1", "1=1", "available is"),
        (STATES, "cost = cost - 1", "cost > 1", "cost is"),
        (LOTS, MOVED, "available > 100", "used is"),
        (LOTS, "total = total + 1, used = used + 1", "1=1", "total is"),
        (PIECES, "points = points + 1", OPEN, "is not what is frozen of it"),
        (PIECES, "cost = cost + 1", OPEN, "is not what is frozen of it"),
    ],
)
def test_an_edit_is_found_even_by_somebody_who_can_seal(
    table: str, assignment: str, where: str, problem: str
) -> None:
    chance = random.Random(1)
    with transaction.atomic():
        pk = some(table, chance, where=where)
        execute(f"UPDATE {table} SET {assignment} WHERE id = {pk}")  # noqa: S608
        reseal(table, pk)
        found = faults()
        assert [fault for fault in found if problem in fault], found
        assert not [fault for fault in found if "seal" in fault]
        transaction.set_rollback(True)


def test_a_lot_out_of_nowhere_is_found() -> None:
    with transaction.atomic():
        lot = Lot.objects.order_by("pk")[0]
        lot.pk, lot.place = None, 1
        lot.close_seal()
        Lot.objects.bulk_create([lot])
        assert [fault for fault in faults() if "was never granted" in fault]
        transaction.set_rollback(True)


def test_a_lot_that_is_gone_is_found() -> None:
    with transaction.atomic(), connection.constraint_checks_disabled():
        pk = some(LOTS, random.Random(1))
        Lot.objects.filter(pk=pk).update(account=Account.objects.order_by("-pk")[0], sequence=1_000)
        assert [fault for fault in faults() if f"lot {pk} is gone" in fault]
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", [LOTS, PIECES])
def test_a_later_change_does_not_hide_an_edit(table: str) -> None:
    with transaction.atomic():
        execute(f"UPDATE {table} SET expires_at = '2999-01-01 00:00:00'")  # noqa: S608
        before = len(faults())
        post([Customer("u1").release(1), Customer("u1").decrease(1)])
        assert len(faults()) == before
        transaction.set_rollback(True)


def test_a_log_written_meanwhile_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let points move between the reading of the logs and that of the lots."""
    from points.queries import audit

    compare = audit.Audit._compare
    moved: list[int] = []

    def move_first(self: audit.Audit) -> object:
        if not moved:
            moved.append(1)
            do(Customer(self._account.user).decrease(1))
        return compare(self)

    monkeypatch.setattr(audit.Audit, "_compare", move_first)
    assert faults() == []
    assert moved


def test_an_operation_on_more_lots_than_a_statement_has_room_for_is_checked_and_repeated() -> None:
    """SQLite limits how deep a condition nests to 1,000."""
    many = Customer("many")
    post([many.increase(1) for _ in range(1_100)])
    spend = many.decrease(1_100, number="all")
    assert not do(spend).is_repeat
    assert do(spend).is_repeat
    log = many.logs()[-1]
    assert [len(log.together()), len(log.together()[0].lines())] == [1, 1_100]
    assert faults() == []
