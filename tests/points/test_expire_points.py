"""`expire_points` books what has expired, in batches, as often as it is started."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from ledger.amounts import plain
from ledger.posting import post
from ledger.refusals import Refusal
from points import queries
from points.commands import LogType
from points.management.commands import expire_points
from points.models import Log
from tests.points.support import Customer
from tests.support import do, everything

CUSTOMERS = 7
LOTS = 5


@pytest.fixture
def due(clock: time_machine.Traveller, db: None) -> list[Customer]:
    """Return customers with lots and holds that have expired, and some that have not.

    The first hold has three of the lots, the second, which never expires, half of another one.
    """
    customers = [Customer(f"u{number}") for number in range(CUSTOMERS)]
    do(customers[0].increase(1))
    now = customers[0].row().created_at
    soon = now + timedelta(hours=1)
    commands = [
        command
        for customer in customers
        for command in (
            customer.increase(100, 10),
            *(customer.increase(10, 1, expires_at=soon) for _ in range(LOTS)),
            customer.freeze(30, expires_at=soon),
            customer.freeze(5),
        )
    ]
    assert not [answer for answer in post(commands) if isinstance(answer, Refusal)]
    do(customers[1].disable())
    clock.move_to(soon)
    return customers


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("expire_points", *arguments, stdout=out)
    return out.getvalue()


def counted() -> dict[int, int]:
    return {kind: Log.objects.filter(log_type=kind).count() for kind in (4, 5)}


def test_books_all_that_has_expired_also_of_disabled_accounts(due: list[Customer]) -> None:
    assert "Expired and not booked: lots 14, holds 7." in run()
    assert counted() == {LogType.UNFREEZE: CUSTOMERS, LogType.EXPIRE: CUSTOMERS * LOTS}
    for customer in due[1:]:
        row = customer.row()
        figures = (row.available, row.frozen, row.expired, row.cost)
        assert [plain(each) for each in figures] == ["100", "5", "45", "10.5"]


def test_a_second_run_finds_nothing(due: list[Customer]) -> None:
    run()
    before = everything()
    assert run().splitlines() == ["Expired and not booked: lots 0, holds 0.", "0 logs written."]
    assert everything() == before


def test_a_dry_run_changes_nothing(due: list[Customer]) -> None:
    before = everything()
    assert run("--dry-run") == "Expired and not booked: lots 14, holds 7.\n"
    assert everything() == before


def test_many_lots_are_booked_in_several_batches(
    due: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expire_points, "ACCOUNTS_PER_BATCH", 2)
    monkeypatch.setattr(expire_points, "LOGS_PER_ACCOUNT", 2)
    assert "42 logs written." in run()
    assert queries.count_due(now=due[0].row().updated_at) == queries.Due(lots=0, holds=0)


def test_goes_on_where_it_was_broken_off(
    due: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expire_points, "ACCOUNTS_PER_BATCH", 1)
    batches = expire_points.book_all(due[0].row().updated_at + timedelta(hours=1))
    booked = [next(batches), next(batches)]
    assert f"{CUSTOMERS * (LOTS + 1) - sum(booked)} logs written." in run()


def test_says_so_if_nothing_can_be_booked(
    due: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expire_points, "post", lambda commands: [])
    with pytest.raises(CommandError, match="could not book what has expired of 7 accounts"):
        run()


def test_the_logs_name_the_job(due: list[Customer]) -> None:
    run()
    assert {log.actor for log in Log.objects.filter(log_type=5)} == {"system:expire_points"}
