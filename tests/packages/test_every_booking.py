"""What all bookings share: one time per key and package, kept texts, the lock, who is unknown."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine

from ledger.refusals import Code
from packages_app.commands import Booking
from packages_app.models import Record
from tests.packages.support import TODAY, Pack, book, moment
from tests.support import OPERATOR, do, refusal, repeat
from tests.wallets.support import Customer

Wording = Callable[[Pack], Booking]

# One booking of each kind, all of which the prepared package can afford.
BOOKINGS: dict[str, Wording] = {
    "add": lambda pack: pack.add("n", 3),
    "draw": lambda pack: pack.draw("n", 3),
    "deduct": lambda pack: pack.deduct("n", 3),
    "refund": lambda pack: pack.refund("n", 3, of="taken"),
}
STOPPED_BY_A_LOCK = {"draw", "deduct"}

every_booking = pytest.mark.parametrize("wording", BOOKINGS.values(), ids=BOOKINGS.keys())


def give_a_past(pack: Pack) -> Pack:
    do(pack.create(100))
    do(pack.deduct("taken", 20))
    return pack


@pytest.fixture
def old(clock: time_machine.Traveller, ann: Customer) -> Pack:
    """Return a package with a past: every booking finds what it refers to."""
    return give_a_past(Pack(ann))


@every_booking
def test_keeps_who_asked_and_when(old: Pack, wording: Wording) -> None:
    book(wording(old.by(OPERATOR)))
    record = old.records()[-1]
    assert (record.number, record.tenant, record.account) == ("n", "t1", old.owner.account())
    assert (record.actor, record.request_id) == ("operator:olga", "request-2")
    assert record.created_at == old.row().updated_at == moment(f"{TODAY} 12:00:00")


@every_booking
def test_counts_one_more_change_of_the_package_and_none_of_the_account(
    old: Pack, wording: Wording
) -> None:
    before, account = old.row(), old.owner.account()
    book(wording(old))
    after = old.row()
    assert (after.version, after.sequence) == (before.version + 1, before.sequence + 1)
    assert old.owner.account().version == account.version


@every_booking
def test_answers_with_what_is_now_true(old: Pack, wording: Wording) -> None:
    command = wording(old)
    posting = do(command)
    record = old.records()[-1]
    assert json.loads(posting.answer) == {
        "trade_no": "n",
        "ext_no": command.reference,
        "change_type": command.change_type,
        "num": record.quantity,
        "remain": old.row().remaining,
        "create_time": "20260504120000",
    }
    assert record.answer == posting.answer


@every_booking
def test_a_repeat_is_answered_as_the_first_time(old: Pack, wording: Wording) -> None:
    first = do(wording(old))
    again = repeat(wording(old))
    assert (again.answer, again.record) == (first.answer, first.record)
    assert again.state.pk == first.state.pk


@every_booking
def test_a_repeat_is_answered_whatever_has_happened_since(
    old: Pack, wording: Wording, clock: time_machine.Traveller
) -> None:
    first = do(wording(old))
    do(old.draw("all", old.row().remaining))
    do(old.owner.lock())
    clock.move_to(moment("2101-01-01 00:00:00"))
    assert repeat(wording(old.by(OPERATOR))).answer == first.answer


@every_booking
def test_refuses_its_key_for_other_content(old: Pack, wording: Wording) -> None:
    do(wording(old))
    do(old.owner.lock())
    refused = refusal(replace(wording(old), quantity=4), Code.KEY_REUSED)
    assert refused.fields == {"quantity": {"reason": "differs"}}


@every_booking
def test_refuses_an_unknown_account_before_an_unknown_package(old: Pack, wording: Wording) -> None:
    do(wording(old))
    for stranger in (Customer("ANN"), Customer("ann", tenant="t2"), Customer("an")):
        refusal(wording(replace(old, owner=stranger)), Code.UNKNOWN_ACCOUNT)
    for code in ("WASHES", "wash", "washes "):
        refusal(wording(replace(old, code=code)), Code.UNKNOWN_PACKAGE)


@every_booking
def test_an_unknown_package_comes_before_the_lock(old: Pack, wording: Wording) -> None:
    do(old.owner.lock())
    refusal(wording(replace(old, code="other")), Code.UNKNOWN_PACKAGE)


@every_booking
def test_a_package_of_another_account_is_unknown(
    old: Pack, bob: Customer, wording: Wording
) -> None:
    refusal(wording(replace(old, owner=bob)), Code.UNKNOWN_PACKAGE)


@every_booking
def test_a_key_on_another_package_is_another_operation(
    old: Pack, bob: Customer, wording: Wording
) -> None:
    others = [replace(old, code="other"), replace(old, owner=bob)]
    lines = [book(wording(each)) for each in (old, *map(give_a_past, others))]
    assert lines[0] == lines[1] == lines[2]


def test_a_key_of_another_kind_of_change_is_another_operation(old: Pack) -> None:
    for wording in BOOKINGS.values():
        book(wording(old))
    assert Record.objects.filter(number="n").count() == len(BOOKINGS)
    for wording in BOOKINGS.values():
        repeat(wording(old))


def test_the_wallet_has_numbers_of_its_own(old: Pack) -> None:
    do(old.owner.add("n", 3))
    do(old.owner.deduct("n", 3))
    for wording in BOOKINGS.values():
        book(wording(old))


@pytest.mark.parametrize("kind", BOOKINGS)
def test_a_locked_account_stops_what_takes_and_nothing_else(old: Pack, kind: str) -> None:
    command = BOOKINGS[kind](old)
    do(old.owner.lock())
    if kind in STOPPED_BY_A_LOCK:
        refusal(command, Code.LOCKED)
        do(old.owner.unlock())
    book(command)


@every_booking
def test_an_operator_passes_the_lock(old: Pack, wording: Wording) -> None:
    do(old.owner.lock())
    book(wording(old.by(OPERATOR)))
    assert old.owner.account().is_locked


@every_booking
def test_a_refused_key_may_be_used_again_once_the_cause_is_gone(
    old: Pack, wording: Wording
) -> None:
    new = replace(old, code="new")
    refusal(wording(new), Code.UNKNOWN_PACKAGE)
    give_a_past(new)
    book(wording(new))


@every_booking
def test_the_account_keeps_its_money(old: Pack, wording: Wording) -> None:
    do(wording(old))
    assert [old.owner.balance(), len(old.owner.records())] == [100, 1]
