"""A transaction that fails is run again, as a whole and not for ever."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from ledger import posting
from ledger.book import VERBS
from ledger.posting import post, retrying
from ledger.refusals import Code, Refusal
from ledger.terms import Posting
from tests.ledger.faulty import Making, Saboteur, mysql, postgresql, sabotage, sqlite, steps_of
from tests.wallets.support import Customer, do, everything, repeat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound_ledger")]

TRIES = 5  # In all: the first one and four more.
PASSING: dict[str, Making] = {
    "mysql 1213": lambda: mysql(1213),
    "mysql 1205": lambda: mysql(1205),
    "mysql 1020": lambda: mysql(1020),
    "mysql 1062": lambda: mysql(1062),
    "mysql 9007": lambda: mysql(9007),
    "mysql 1047": lambda: mysql(1047),
    "postgresql 40001": lambda: postgresql("40001"),
    "postgresql 40P01": lambda: postgresql("40P01"),
    "postgresql 53300": lambda: postgresql("53300"),
    "sqlite busy": lambda: sqlite(5),
}
every_fault = pytest.mark.parametrize("make", PASSING.values(), ids=PASSING.keys())


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PAUSE_SECONDS", (0.0, 0.0))


@pytest.fixture
def customer() -> Customer:
    """Return a customer with 1,000, committed."""
    do(Customer().create())
    do(Customer().add("start", 1000))
    return Customer()


@pytest.fixture
def steps(customer: Customer) -> int:
    """Return how many steps a deduct takes, COMMIT included."""
    return steps_of(lambda: do(customer.deduct("counted", 1)))


def points(steps: int) -> Iterator[tuple[int, int, str]]:
    """Yield every step, each with 1 to 6 failures, and a number for the command."""
    for at in range(steps):
        for times in range(1, 7):
            yield at, times, f"d-{at}-{times}"


@every_fault
def test_up_to_four_failures_anywhere_are_applied_once(
    customer: Customer, steps: int, make: Making
) -> None:
    for at, times, number in points(steps):
        if times < TRIES:
            balance = customer.balance()
            with sabotage(Saboteur(make, at=at, times=times)) as saboteur:
                answer = do(customer.deduct(number, 1))
            assert (saboteur.failures, answer.is_repeat) == (times, False), number
            assert customer.balance() == balance - 1


@every_fault
def test_more_failures_refuse_and_leave_no_trace(
    customer: Customer, steps: int, make: Making
) -> None:
    for at, times, number in points(steps):
        if times >= TRIES:
            before = everything()
            saboteur = Saboteur(make, at=at, times=times)
            with sabotage(saboteur), pytest.raises(Refusal) as refused:
                post([customer.deduct(number, 1)])
            assert (saboteur.failures, refused.value.code) == (TRIES, Code.BUSY), number
            assert everything() == before
            assert not do(customer.deduct(number, 1)).is_repeat


@every_fault
def test_a_batch_is_run_again_as_a_whole(customer: Customer, make: Making) -> None:
    def batch(name: str) -> list[bool]:
        new = Customer(name)
        paid = customer.deduct(name, 1)
        commands = [new.create(), new.add("1", 5), paid, paid]
        return [answer.is_repeat for answer in post(commands) if isinstance(answer, Posting)]

    steps = steps_of(lambda: batch("counted"))
    assert steps >= 7
    for at in range(steps):
        with sabotage(Saboteur(make, at=at, times=2)):
            assert batch(f"new-{at}") == [False, False, False, True]
    assert customer.balance() == 1000 - 1 - steps


def test_a_lost_connection_before_commit_is_run_again(customer: Customer, steps: int) -> None:
    losses: tuple[Making, ...] = (
        lambda: mysql(2006),
        lambda: mysql(2013),
        lambda: postgresql("57P01"),
    )
    for make in losses:
        for at in range(steps - 1):
            number = f"d-{make()}-{at}"
            with sabotage(Saboteur(make, at=at, times=4)):
                assert not do(customer.deduct(number, 1)).is_repeat
            repeat(customer.deduct(number, 1))
    assert customer.balance() == 999 - 3 * (steps - 1)


def test_a_database_that_does_not_let_in_is_asked_again(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect: Any = connection.connect

    def refuse() -> None:
        failures.append(1)
        if len(failures) < TRIES:
            raise mysql(2003)
        connect()

    failures: list[int] = []
    connection.close()
    monkeypatch.setattr(connection, "connect", refuse)
    assert not do(customer.deduct("d1", 1)).is_repeat
    assert len(failures) == TRIES


def test_gives_up_when_the_time_is_over(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BUDGET_SECONDS", 0.0)
    saboteur = Saboteur(lambda: mysql(1213), at=0, times=9)
    with sabotage(saboteur), pytest.raises(Refusal) as refused:
        post([customer.deduct("d1", 1)])
    assert (saboteur.failures, refused.value.code) == (1, Code.BUSY)


def test_waits_a_moment_between_tries(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(posting, "PAUSE_SECONDS", (0.005, 0.2))
    monkeypatch.setattr(time, "sleep", pauses.append)
    with sabotage(Saboteur(lambda: mysql(1213), at=0, times=4)):
        do(customer.deduct("d1", 1))
    assert len(pauses) == 4
    assert all(0.005 <= pause <= 0.2 for pause in pauses)
    assert len(set(pauses)) > 1


@pytest.mark.parametrize("make", [lambda: mysql(1064), lambda: IntegrityError("CHECK")])
def test_a_bug_is_not_tried_again(customer: Customer, steps: int, make: Making) -> None:
    before = everything()
    for at in range(steps):
        saboteur = Saboteur(make, at=at, times=9)
        with sabotage(saboteur), pytest.raises((OperationalError, IntegrityError)):
            post([customer.deduct("d1", 1)])
        assert saboteur.failures == 1
    assert everything() == before


def test_an_error_that_is_no_refusal_undoes_the_whole_batch(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(VERBS, type(customer.lock()), crash)
    before = everything()
    with pytest.raises(ZeroDivisionError):
        post([customer.deduct("d1", 1), customer.lock()])
    assert everything() == before


def test_joins_the_transaction_of_its_caller(customer: Customer) -> None:
    before = everything()
    with transaction.atomic():
        assert not do(customer.deduct("d1", 1)).is_repeat
        assert do(customer.deduct("d1", 1)).is_repeat
        transaction.set_rollback(True)
    assert everything() == before
    with transaction.atomic():
        assert not do(customer.deduct("d1", 1)).is_repeat
    repeat(customer.deduct("d1", 1))


def test_all_or_none_holds_inside_a_transaction_of_the_caller(customer: Customer) -> None:
    with transaction.atomic():
        do(customer.deduct("d1", 1))
        answers = post([customer.deduct("d2", 1), customer.deduct("d3", 9999)], all_or_none=True)
        assert isinstance(answers[-1], Refusal)
    assert customer.balance() == 999


@every_fault
def test_inside_a_transaction_of_the_caller_nothing_is_tried_again(
    customer: Customer, make: Making
) -> None:
    before = everything()
    with transaction.atomic():
        with (
            sabotage(Saboteur(make, at=0, times=1)),
            pytest.raises((OperationalError, IntegrityError)),
        ):
            post([customer.deduct("d1", 1)])
        transaction.set_rollback(True)
    assert everything() == before


def test_a_query_is_tried_again_too(customer: Customer) -> None:
    with sabotage(Saboteur(lambda: mysql(1213), at=0, times=4)):
        assert retrying(customer.balance) == 1000


def test_a_query_inside_a_transaction_is_not(customer: Customer) -> None:
    saboteur = Saboteur(lambda: mysql(1213), at=0, times=1)
    with transaction.atomic():
        with sabotage(saboteur), pytest.raises(OperationalError):
            retrying(customer.balance)
        transaction.set_rollback(True)
    assert saboteur.failures == 1
