"""Open an account."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine

from ledger.posting import post
from ledger.refusals import Code
from tests.wallets.support import OPERATOR, Customer, do, refusal, repeat
from wallets.models import Account, Status


@pytest.mark.usefixtures("db")
def test_opens_an_empty_account() -> None:
    with time_machine.travel(datetime(2026, 5, 4, tzinfo=UTC), tick=False):
        posting = do(Customer().create("Ann 安"))
    account = Customer().account()
    assert posting.record is None
    assert not posting.is_repeat
    assert posting.state.pk == account.pk
    assert (account.tenant, account.group, account.user) == ("t1", "-", "ann")
    assert (account.name, account.status) == ("Ann 安", Status.NORMAL)
    assert (account.balance, account.credit) == (Decimal(0), Decimal(0))
    assert (account.sequence, account.version) == (0, 1)
    assert account.created_at == account.updated_at == datetime(2026, 5, 4, tzinfo=UTC)


@pytest.mark.usefixtures("db")
def test_notes_who_opened_it() -> None:
    do(Customer().by(OPERATOR).create("Ann"))
    note = Customer().account().notes.get()
    assert (note.setting, note.before, note.after) == ("created", "", "Ann")
    assert (note.actor, note.request_id) == ("operator:olga", "request-2")


def test_leaves_an_existing_account_as_it_is(ann: Customer) -> None:
    posting = repeat(ann.create("Another name"))
    assert posting.state == ann.account()
    assert '"account_name":"Ann"' in posting.answer


def test_leaves_a_locked_account_locked(ann: Customer) -> None:
    do(ann.lock())
    repeat(ann.create())
    assert ann.account().is_locked


@pytest.mark.usefixtures("db")
def test_names_compare_byte_for_byte() -> None:
    names = ["ann", "ANN", "ann\u0301", "a\u00f1n", "an\u0303n", "ann\u3000x", "ann ", "ß", "ss"]
    for name in names:
        assert not do(Customer(name).create()).is_repeat
    assert Account.objects.count() == len(names)
    assert {Customer(name).account().user for name in names} == set(names)


@pytest.mark.usefixtures("db")
def test_another_tenant_or_group_is_another_account() -> None:
    do(Customer("ann").create())
    assert not do(Customer("ann", tenant="t2").create()).is_repeat
    assert not do(Customer("ann", tenant="T1").create()).is_repeat
    assert Account.objects.count() == 3


@pytest.mark.usefixtures("db")
def test_an_account_opened_twice_in_one_batch_is_one_account() -> None:
    first, second = post([Customer().create("First"), Customer().create("Second")])
    assert Account.objects.get().name == "First"
    assert [getattr(answer, "is_repeat", None) for answer in (first, second)] == [False, True]


@pytest.mark.usefixtures("db")
def test_nothing_can_be_booked_before() -> None:
    refusal(Customer().add("a1", 1), Code.UNKNOWN_ACCOUNT)
    do(Customer().create())
    do(Customer().add("a1", 1))
