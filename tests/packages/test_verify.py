"""`verify_ledger` finds every edit of a package that is made straight in the database."""

import random

import pytest
import time_machine
from django.db import transaction

from ledger import verify
from ledger.posting import post
from ledger.refusals import Refusal
from packages_app.models import Package
from tests.ledger.edits import (
    Edit,
    Tables,
    change,
    delete_some,
    erase_the_last_trace,
    execute,
    some,
    swap,
)
from tests.packages.support import Pack, moment
from tests.support import do, faults
from tests.wallets.support import Customer

STATES, RECORDS = "packages_package", "packages_record"
PACKAGES = Tables(STATES, RECORDS, owner="package_id", figure="remaining", change="quantity")
ACCOUNTS = 3


@pytest.fixture(autouse=True)
def _history(db: None, clock: time_machine.Traveller) -> None:
    """Sell each of some accounts a package, and use it on two days."""
    customers = [Customer(f"u{number}") for number in range(ACCOUNTS)]
    packs = [Pack(each, f"of {each.user}") for each in customers]
    post([each.create() for each in customers])
    for number, day in enumerate(("2026-05-04 12:00:00", "2026-05-05 12:00:00")):
        clock.move_to(moment(day))
        for pack in packs:
            answers = post(
                [
                    pack.create(100, daily_limit=50),
                    pack.add(f"a{number}", 20),
                    pack.draw(f"w{number}", 10),
                    pack.deduct(f"d{number}", 30),
                    pack.deduct(f"e{number}", 2),
                    pack.refund(f"r{number}", 5, of=f"d{number}"),
                    pack.refund(f"q{number}", 4, of="d0"),
                ]
            )
            assert not [answer for answer in answers if isinstance(answer, Refusal)]


def move_to_another_account(table: str) -> Edit:
    """Return an edit that gives some row to another account."""

    def edit(chance: random.Random) -> None:
        row = some(table, chance)
        own = f"id = (SELECT account_id FROM {table} WHERE id = {row})"  # noqa: S608
        other = some("wallets_account", chance, where=f"NOT {own}")
        execute(f"UPDATE {table} SET account_id = {other} WHERE id = {row}")  # noqa: S608

    return edit


EDITS: dict[str, Edit] = {
    "capacity": change(STATES, "capacity = capacity + 1"),
    "remaining": change(STATES, "remaining = remaining + 1"),
    "both": change(STATES, "capacity = capacity + 1, remaining = remaining + 1"),
    "use of the day": change(STATES, "used_today = used_today - 1"),
    "day of the last use": change(STATES, "used_on = '2026-05-04'"),
    "never used": change(STATES, "used_on = NULL"),
    "last valid day": change(STATES, "expires_on = '2099-01-01'"),
    "daily limit": change(STATES, "daily_limit = daily_limit + 1"),
    "no daily limit": change(STATES, "daily_limit = 0"),
    "name": change(STATES, "name = 'Other'"),
    "code": change(STATES, "code = 'other'"),
    "sequence of the row": change(STATES, "sequence = sequence + 1"),
    "owner": move_to_another_account(STATES),
    "quantity": change(RECORDS, "quantity = quantity + 1"),
    "remaining after": change(RECORDS, "remaining = remaining + 1"),
    "kind of change": change(RECORDS, "change_type = 5 - change_type"),
    "number": change(RECORDS, "number = 'other'"),
    "original": change(RECORDS, "reference = 'other'"),
    "time": change(RECORDS, "created_at = '2020-01-01 00:00:00'"),
    "answer": change(RECORDS, "answer = '{}'"),
    "actor": change(RECORDS, "actor = 'client:other'"),
    "owner of a record": move_to_another_account(RECORDS),
    "a record deleted": delete_some(PACKAGES),
    "two swapped": swap(PACKAGES, "sequence"),
    "two quantities swapped": swap(PACKAGES, "quantity"),
    "two ids swapped": swap(PACKAGES, "id"),
    "the last trace erased": erase_the_last_trace(PACKAGES),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", EDITS)
def test_finds_an_edit_made_in_the_database(name: str, seed: int) -> None:
    assert faults() == []
    with transaction.atomic():
        EDITS[name](random.Random(seed))
        assert faults(), name
        transaction.set_rollback(True)
    assert faults() == []


@pytest.mark.parametrize(
    ("assignment", "problem"),
    [
        ("capacity = capacity + 1", "capacity 121 is not its records' 120"),
        ("used_today = 3", "the day's use"),
        ("used_on = '2026-05-04'", "the day's use"),
        ("remaining = remaining + 1", "its records add up to 74, not 75"),
        ("account_id = account_id + 1", "does not belong to the account that it names"),
    ],
)
def test_an_edit_is_found_even_by_somebody_who_can_seal(assignment: str, problem: str) -> None:
    row = Package.objects.order_by("pk")[0]
    with transaction.atomic():
        execute(f"UPDATE {STATES} SET {assignment} WHERE id = {row.pk}")  # noqa: S608
        row.refresh_from_db()
        Package.objects.filter(pk=row.pk).update(seal=row.compute_seal())
        found = faults()
        assert [fault for fault in found if problem in fault], found
        assert not [fault for fault in found if "seal" in fault]
        transaction.set_rollback(True)


def test_a_later_change_does_not_hide_an_edit(clock: time_machine.Traveller) -> None:
    with transaction.atomic():
        execute(f"UPDATE {STATES} SET daily_limit = 0 WHERE code = 'of u1'")  # noqa: S608
        do(Pack(Customer("u1"), "of u1").deduct("later", 1))
        (found,) = faults()
        assert "seal" in found
        transaction.set_rollback(True)


def test_reads_long_packages_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "RECORDS_PER_PAGE", 3)
    monkeypatch.setattr(verify, "ROWS_PER_GROUP", 2)
    assert faults() == []
    with transaction.atomic():
        execute(f"UPDATE {RECORDS} SET actor = 'x' WHERE number = 'e1'")  # noqa: S608
        assert len(faults()) == ACCOUNTS
        transaction.set_rollback(True)
