"""What all bookings share: kept texts, one time per key, the order of refusals, the lock."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from ledger.refusals import Code
from tests.wallets.support import OPERATOR, Customer, book, do, refusal, repeat
from wallets.commands import AmountBooking, Booking, Reversal, SetCredit, TradeType
from wallets.models import Record

Wording = Callable[[Customer], Booking]

# One booking of each kind, all of which the prepared customer can afford.
BOOKINGS: dict[str, Wording] = {
    "add": lambda customer: customer.add("n", 3),
    "draw": lambda customer: customer.draw("n", 3),
    "deduct": lambda customer: customer.deduct("n", 3),
    "refund": lambda customer: customer.refund("n", 3, of="taken"),
    "reverse_add": lambda customer: customer.reverse_add("n", of="gift"),
    "reverse_drawing": lambda customer: customer.reverse_drawing("n", of="drawn"),
    "trade_flat": lambda customer: customer.trade_flat("n", 3),
    "balance_flat": lambda customer: customer.balance_flat("n", 3),
    "set_credit": lambda customer: customer.set_credit("n", 3),
}
PASS_A_LOCK = {"refund", "balance_flat"}
STOPPED_BY_A_LOCK = BOOKINGS.keys() - PASS_A_LOCK
WITH_TRADE_TYPE = ("deduct", "trade_flat", "balance_flat")

every_booking = pytest.mark.parametrize("wording", BOOKINGS.values(), ids=BOOKINGS.keys())


def some(names: Any) -> pytest.MarkDecorator:
    """Run a test with these bookings only."""
    chosen = {name: BOOKINGS[name] for name in sorted(names)}
    return pytest.mark.parametrize("wording", chosen.values(), ids=chosen.keys())


@pytest.fixture
def cat(ann: Customer) -> Customer:
    """Return a customer with a past: every booking finds what it refers to."""
    _give_a_past(ann)
    return ann


def _give_a_past(customer: Customer) -> None:
    for command in (
        customer.add("more", 50),
        customer.deduct("taken", 20),
        customer.draw("drawn", 10),
        customer.add("gift", 5),
    ):
        do(command)


def other_content(booking: Booking) -> tuple[Booking, str]:
    """Return a booking with the same key that wants something else, and the field that differs."""
    if isinstance(booking, SetCredit):
        return replace(booking, credit=Decimal(4)), "credit"
    if isinstance(booking, AmountBooking):
        return replace(booking, amount=Decimal(4)), "amount"
    return replace(booking, reference="more"), "reference"


@every_booking
def test_keeps_who_asked_and_why(cat: Customer, wording: Wording) -> None:
    command = replace(wording(cat), memo="备忘 <b>", actor=OPERATOR)
    with time_machine.travel(datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC), tick=False):
        book(command)
    record = cat.records()[-1]
    assert (record.number, record.memo, record.tenant) == ("n", "备忘 <b>", "t1")
    assert (record.actor, record.request_id) == ("operator:olga", "request-2")
    assert record.created_at == datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    assert cat.account().updated_at == record.created_at


@some(BOOKINGS.keys() - {"set_credit"})
def test_keeps_extra_as_the_text_received(cat: Customer, wording: Wording) -> None:
    book(replace(wording(cat), extra='{"b": 1.50, "a":[]}'))
    assert cat.records()[-1].extra == '{"b": 1.50, "a":[]}'


@every_booking
def test_counts_one_more_change_of_the_account(cat: Customer, wording: Wording) -> None:
    before = cat.account()
    book(wording(cat))
    after = cat.account()
    assert (after.version, after.sequence) == (before.version + 1, before.sequence + 1)


@every_booking
def test_answers_with_what_is_now_true(cat: Customer, wording: Wording) -> None:
    posting = do(wording(cat))
    answer = json.loads(posting.answer, parse_float=Decimal, parse_int=Decimal)
    assert answer["balance"] == cat.balance()
    assert (answer["eid"], answer["groups"], answer["account_name"]) == ("ann", "-", "Ann")
    assert posting.record is not None
    assert posting.record.answer == posting.answer


@every_booking
def test_a_repeat_is_answered_as_the_first_time(cat: Customer, wording: Wording) -> None:
    first = do(wording(cat))
    again = repeat(wording(cat))
    assert again.answer == first.answer
    assert again.record == first.record
    assert again.state.pk == first.state.pk


@every_booking
def test_a_repeat_is_answered_whatever_has_happened_since(cat: Customer, wording: Wording) -> None:
    first = do(wording(cat))
    do(cat.rename("Anna"))
    do(cat.set_credit("credit", 5))
    do(cat.trade_flat("empty", cat.balance() + 5))
    do(cat.lock())
    assert repeat(wording(cat)).answer == first.answer


@every_booking
def test_texts_that_are_only_kept_make_no_other_content(cat: Customer, wording: Wording) -> None:
    do(wording(cat))
    repeat(replace(wording(cat), memo="other", extra="[1]", actor=OPERATOR))
    assert cat.records()[-1].memo == ""


@some(BOOKINGS.keys() - {"reverse_add", "reverse_drawing"})
def test_the_value_of_an_amount_counts_not_its_spelling(cat: Customer, wording: Wording) -> None:
    command: Any = wording(cat)
    (field,) = {"amount", "credit"} & set(command.decides)
    do(command)
    repeat(replace(command, **{field: Decimal("3.00")}))


@every_booking
def test_refuses_its_key_for_other_content(cat: Customer, wording: Wording) -> None:
    do(wording(cat))
    command, field = other_content(wording(cat))
    refused = refusal(command, Code.KEY_REUSED)
    assert refused.fields == {field: {"reason": "differs"}}


@every_booking
def test_a_reused_key_is_refused_before_the_lock_is_looked_at(
    cat: Customer, wording: Wording
) -> None:
    do(wording(cat))
    do(cat.lock())
    refusal(other_content(wording(cat))[0], Code.KEY_REUSED)


@every_booking
def test_refuses_an_unknown_account(cat: Customer, wording: Wording) -> None:
    do(wording(cat))
    for stranger in (Customer("ANN"), Customer("ann", tenant="t2"), Customer("an")):
        refusal(wording(stranger), Code.UNKNOWN_ACCOUNT)


@every_booking
def test_a_key_on_another_account_is_another_operation(
    cat: Customer, bob: Customer, wording: Wording
) -> None:
    _give_a_past(bob)
    mine, theirs = book(wording(cat)), book(wording(bob))
    assert mine == theirs


def test_a_key_of_another_kind_of_change_is_another_operation(cat: Customer) -> None:
    for wording in BOOKINGS.values():
        book(wording(cat))
    assert Record.objects.filter(number="n").count() == len(BOOKINGS)


@some(WITH_TRADE_TYPE)
def test_a_key_of_another_trade_type_is_another_operation(cat: Customer, wording: Wording) -> None:
    kinds = (TradeType.TRADE, TradeType.FEE, TradeType.COMMISSION)
    lines = [book(replace(wording(cat), trade_type=kind)) for kind in kinds]
    assert [line.trade_type for line in lines] == [1, 2, 3]
    for kind in kinds:
        repeat(replace(wording(cat), trade_type=kind))


@some(STOPPED_BY_A_LOCK)
def test_a_locked_account_refuses(cat: Customer, wording: Wording) -> None:
    do(cat.lock())
    refusal(wording(cat), Code.LOCKED)
    do(cat.unlock())
    book(wording(cat))


@some(PASS_A_LOCK)
def test_goes_on_while_the_account_is_locked(cat: Customer, wording: Wording) -> None:
    do(cat.lock())
    book(wording(cat))


@every_booking
def test_an_operator_passes_the_lock(cat: Customer, wording: Wording) -> None:
    do(cat.lock())
    book(wording(cat.by(OPERATOR)))
    assert cat.account().is_locked


@some({"reverse_add", "reverse_drawing"})
def test_the_lock_is_looked_at_before_the_original(cat: Customer, wording: Wording) -> None:
    do(cat.lock())
    command = wording(cat)
    assert isinstance(command, Reversal)
    refusal(replace(command, reference="unknown"), Code.LOCKED)


@every_booking
def test_a_refused_key_may_be_used_again_once_the_cause_is_gone(
    cat: Customer, wording: Wording
) -> None:
    stranger = Customer("new")
    refusal(wording(stranger), Code.UNKNOWN_ACCOUNT)
    do(stranger.create())
    _give_a_past(stranger)
    book(wording(stranger))
