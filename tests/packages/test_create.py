"""Sell a package."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine

from ledger.posting import post
from ledger.refusals import Code
from packages_app.commands import LAST_DAY, ChangeType
from packages_app.models import Package
from tests.packages.support import (
    LARGEST,
    TODAY,
    YESTERDAY,
    Figures,
    Line,
    Pack,
    book,
    moment,
)
from tests.support import OPERATOR, do, refusal, repeat
from tests.wallets.support import Customer


def answer_of(posting: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(posting.answer)
    return answer


@pytest.mark.usefixtures("clock")
def test_sells_a_package_and_books_its_first_record(ann: Customer) -> None:
    pack = Pack(ann)
    assert book(pack.create(100, "Washes 洗车")) == Line(ChangeType.ADD, "", "", 100, 100, 1)
    row = pack.row()
    assert (row.account, row.name) == (ann.account(), "Washes 洗车")
    assert (row.tenant, row.group, row.user, row.code) == ("t1", "-", "ann", "washes")
    assert pack.figures() == Figures(100, 100, 0, None)
    assert (row.daily_limit, row.expires_on) == (0, LAST_DAY)
    assert (row.version, row.created_at, row.updated_at) == (
        1,
        moment(f"{TODAY} 12:00:00"),
        moment(f"{TODAY} 12:00:00"),
    )


@pytest.mark.usefixtures("clock")
def test_answers_with_the_package_as_sold(ann: Customer) -> None:
    terms: dict[str, Any] = {"daily_limit": 10, "expires_on": date(2026, 5, 31)}
    assert answer_of(do(Pack(ann).create(100, **terms))) == {
        "spkg_id": "washes",
        "pkg_name": "Washes",
        "total_capacity": 100,
        "total_remain": 100,
        "capacity_daily": 10,
        "deduct_today": 0,
        "expires": "20260531000000",
        "book_time": "20260504120000",
        "last_update": "20260504120000",
    }


def test_a_package_of_nothing_has_no_record(ann: Customer) -> None:
    pack = Pack(ann)
    posting = do(pack.create(0))
    assert (posting.record, posting.is_repeat) == (None, False)
    assert (pack.records(), pack.row().version) == ([], 1)
    assert pack.figures() == Figures(0, 0, 0, None)
    assert book(pack.add("a1", 5)) == Line(ChangeType.ADD, "a1", "", 5, 5, 1)


def test_keeps_who_sold_it(ann: Customer) -> None:
    pack = Pack(ann).by(OPERATOR)
    do(pack.create(1))
    (record,) = pack.records()
    assert (record.actor, record.request_id) == ("operator:olga", "request-2")
    assert (record.account, record.tenant) == (ann.account(), "t1")


@pytest.mark.parametrize("capacity", [0, 7, 100])
def test_leaves_an_existing_package_as_it_is(pack: Pack, capacity: int) -> None:
    do(pack.deduct("d1", 30))
    again = repeat(pack.create(capacity, "Other", daily_limit=5, expires_on=YESTERDAY))
    assert again.state == pack.row()
    answer = answer_of(again)
    assert (answer["pkg_name"], answer["total_capacity"], answer["total_remain"]) == (
        "Washes",
        100,
        70,
    )
    assert (answer["capacity_daily"], answer["expires"]) == (0, "20991231000000")
    assert answer["deduct_today"] == 30


def test_an_existing_package_is_answered_with_the_use_of_today(
    pack: Pack, clock: time_machine.Traveller
) -> None:
    do(pack.deduct("d1", 30))
    clock.move_to(moment("2026-05-05 00:00:00"))
    assert answer_of(repeat(pack.create(100)))["deduct_today"] == 0


def test_a_package_created_twice_in_one_batch_is_one(ann: Customer) -> None:
    pack = Pack(ann)
    answers = post([pack.create(5, "First"), pack.create(7, "Second")])
    assert [getattr(answer, "is_repeat", None) for answer in answers] == [False, True]
    assert (pack.row().name, pack.row().capacity, len(pack.records())) == ("First", 5, 1)


@pytest.mark.usefixtures("db")
def test_all_may_be_new_in_one_batch() -> None:
    new = Customer("new")
    pack = Pack(new)
    answers = post([new.create(), pack.create(0), pack.add("a1", 5), pack.deduct("d1", 2)])
    assert [getattr(answer, "is_repeat", None) for answer in answers] == [False] * 4
    assert pack.row().account == new.account()
    assert {record.account for record in pack.records()} == {new.account()}
    assert pack.figures()[:3] == (5, 3, 2)


@pytest.mark.usefixtures("db")
def test_refuses_an_unknown_account() -> None:
    refusal(Pack(Customer("nobody")).create(5), Code.UNKNOWN_ACCOUNT)
    do(Customer("nobody").create())
    book(Pack(Customer("nobody")).create(5))


def test_sells_to_a_locked_account(ann: Customer) -> None:
    do(ann.lock())
    book(Pack(ann).create(5))
    repeat(Pack(ann).create(5))


def test_codes_compare_byte_for_byte(ann: Customer) -> None:
    codes = ["sp", "SP", "s\u00e9", "se\u0301", "s\u3000p", "sp ", "ß", "ss"]
    for code in codes:
        book(Pack(ann, code).create(1))
    assert Package.objects.count() == len(codes)
    assert {Pack(ann, code).row().code for code in codes} == set(codes)


def test_the_same_code_elsewhere_is_another_package(ann: Customer, bob: Customer) -> None:
    foreign = Customer("ann", tenant="t2")
    do(foreign.create())
    for owner in (ann, bob, foreign):
        book(Pack(owner).create(1))
    assert Package.objects.count() == 3
    assert [Pack(owner).row().account for owner in (ann, bob, foreign)] == [
        owner.account() for owner in (ann, bob, foreign)
    ]


def test_sells_the_largest_package(ann: Customer) -> None:
    pack = Pack(ann)
    assert book(pack.create(LARGEST, daily_limit=LARGEST)).remaining == LARGEST
    assert book(pack.deduct("d1", LARGEST)).remaining == 0
    assert pack.figures()[:3] == (LARGEST, 0, LARGEST)
    assert book(pack.refund("d1", LARGEST, of="d1")).remaining == LARGEST


def test_a_package_may_be_born_expired(pack: Pack) -> None:
    late = replace(pack, code="late")
    assert book(late.create(5, expires_on=YESTERDAY)).remaining == 5
    refusal(late.deduct("d1", 1), Code.EXPIRED)


def test_its_first_record_is_no_add_that_could_be_repeated(pack: Pack) -> None:
    (first,) = pack.records()
    assert first.number == ""
    assert book(pack.add("1", 100)).sequence == 2
