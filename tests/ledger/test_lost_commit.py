"""A connection lost at COMMIT: the database is asked what became of it, before anybody else is."""

from collections.abc import Callable

import pytest
from django.db import connection

from ledger import posting
from ledger.posting import post
from ledger.refusals import Code, Refusal
from ledger.terms import Command, Posting
from tests.ledger.faulty import (
    Making,
    PsycopgError,
    Saboteur,
    caused_by,
    mysql,
    postgresql,
    sabotage,
    steps_of,
)
from tests.wallets.support import Customer, do, everything, repeat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound_ledger")]

LOSSES: dict[str, Making] = {
    "mysql 2013": lambda: mysql(2013),
    "mysql 1180": lambda: mysql(1180),
    "postgresql 08007": lambda: postgresql("08007"),
    "postgresql 40003": lambda: postgresql("40003"),
    "psycopg": lambda: caused_by(type("OperationalError", (PsycopgError,), {})(None)),
}
every_loss = pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES.keys())
what_is_lost = pytest.mark.parametrize("reply_only", [False, True], ids=["request", "reply"])


Word = Callable[[str], list[Command]]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PAUSE_SECONDS", (0.0, 0.0))


@pytest.fixture
def customer() -> Customer:
    """Return a customer with 1,000, committed."""
    do(Customer().create())
    do(Customer().add("start", 1000))
    return Customer()


def lose_commits(make: Making, word: Word, *, times: int, reply_only: bool) -> Saboteur:
    """Return who loses that many COMMITs of such a batch."""
    steps = steps_of(lambda: post(word("counted")))
    return Saboteur(make, at=steps - 1, times=times, reply_only=reply_only)


@every_loss
@what_is_lost
def test_is_applied_once_and_answered_as_the_first_time(
    customer: Customer, make: Making, *, reply_only: bool
) -> None:
    def word(number: str) -> list[Command]:
        return [customer.deduct(number, 1)]

    saboteur = lose_commits(make, word, times=1, reply_only=reply_only)
    with sabotage(saboteur):
        (answer,) = post(word("d1"))
    assert saboteur.failures == 1
    assert isinstance(answer, Posting)
    assert not answer.is_repeat
    assert customer.balance() == 998
    again = repeat(customer.deduct("d1", 1))
    assert (again.record, again.answer) == (answer.record, answer.answer)


@what_is_lost
def test_a_batch_keeps_all_its_answers(customer: Customer, *, reply_only: bool) -> None:
    def word(name: str) -> list[Command]:
        new = Customer(name)
        return [
            new.create(),
            new.add("1", 5),
            new.draw("2", 6),
            customer.deduct(name, 1),
            customer.deduct(name, 1),
            customer.add("start", 1),
            customer.lock(),
            customer.unlock(),
        ]

    saboteur = lose_commits(lambda: mysql(2013), word, times=1, reply_only=reply_only)
    with sabotage(saboteur):
        answers = post(word("new"))
    assert saboteur.failures == 1
    assert [
        answer.code if isinstance(answer, Refusal) else answer.is_repeat for answer in answers
    ] == [False, False, Code.INSUFFICIENT, False, True, Code.KEY_REUSED, False, False]
    assert [Customer("new").balance(), customer.balance()] == [5, 998]
    assert len(customer.records()) == 3


def test_requests_lost_four_times_are_applied_by_the_fifth(customer: Customer) -> None:
    def word(number: str) -> list[Command]:
        return [customer.deduct(number, 1)]

    with sabotage(lose_commits(lambda: mysql(2013), word, times=4, reply_only=False)) as saboteur:
        assert not getattr(post(word("d1"))[0], "is_repeat", True)
    assert saboteur.failures == 4
    assert customer.balance() == 998


@what_is_lost
def test_a_refused_command_stays_refused(customer: Customer, *, reply_only: bool) -> None:
    def word(number: str) -> list[Command]:
        return [customer.deduct(number, 9999)]

    with sabotage(lose_commits(lambda: mysql(2013), word, times=1, reply_only=reply_only)):
        (answer,) = post(word("d1"))
    assert isinstance(answer, Refusal)
    assert answer.code is Code.INSUFFICIENT
    assert len(customer.records()) == 1


@what_is_lost
def test_a_change_of_settings_is_made_once(customer: Customer, *, reply_only: bool) -> None:
    def word(name: str) -> list[Command]:
        return [customer.rename(name)]

    with sabotage(lose_commits(lambda: mysql(2013), word, times=1, reply_only=reply_only)):
        (answer,) = post(word("Anna"))
    assert isinstance(answer, Posting)
    assert '"account_name":"Anna"' in answer.answer
    settings = [note.after for note in customer.account().notes.order_by("pk")]
    assert settings == ["Ann", "counted", "Anna"]


@what_is_lost
def test_the_outcome_is_unknown_if_the_database_stays_away(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, *, reply_only: bool
) -> None:
    def word(number: str) -> list[Command]:
        return [customer.deduct(number, 1)]

    def stay_away() -> None:
        raise mysql(2002)

    def lose_and_stay_away() -> Exception:
        patch.setattr(connection, "connect", stay_away)
        return mysql(2013)

    saboteur = lose_commits(lose_and_stay_away, word, times=1, reply_only=reply_only)
    before = everything()
    with monkeypatch.context() as patch, sabotage(saboteur), pytest.raises(Refusal) as refused:
        post(word("d1"))
    assert refused.value.code is Code.OUTCOME_UNKNOWN
    assert (everything() == before) is not reply_only
    assert do(customer.deduct("d1", 1)).is_repeat is reply_only
    assert customer.balance() == 998


def test_nothing_was_done_if_the_database_is_lost_before_commit(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stay_away() -> None:
        raise mysql(2002)

    def lose_and_stay_away() -> Exception:
        patch.setattr(connection, "connect", stay_away)
        return mysql(2013)

    steps = steps_of(lambda: do(customer.deduct("counted", 1)))
    saboteur = Saboteur(lose_and_stay_away, at=steps - 2, times=1)
    before = everything()
    with monkeypatch.context() as patch, sabotage(saboteur), pytest.raises(Refusal) as refused:
        post([customer.deduct("d1", 1)])
    assert refused.value.code is Code.BUSY
    assert everything() == before


def test_what_others_did_meanwhile_is_not_taken_for_it(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def word(number: str) -> list[Command]:
        return [customer.deduct(number, 1)]

    def lose_after_another_came_first() -> Exception:
        connection.close()
        with monkeypatch.context() as patch:
            patch.setattr(saboteur, "left", 0)
            do(customer.deduct("other", 1))
        return mysql(2013)

    saboteur = lose_commits(lose_after_another_came_first, word, times=1, reply_only=False)
    with sabotage(saboteur):
        (answer,) = post(word("d1"))
    assert isinstance(answer, Posting)
    assert not answer.is_repeat
    numbers = [record.number for record in customer.records()]
    assert numbers == ["start", "counted", "other", "d1"]
