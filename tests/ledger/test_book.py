"""Many commands in one batch: as if they came one by one."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.db import connection

from ledger.book import VERBS, WORDINGS
from ledger.posting import Answer, post
from ledger.refusals import Code, Refusal
from ledger.terms import Command, Posting
from tests.wallets.support import CLIENT, Customer, do, everything
from wallets.commands import Add
from wallets.models import Account, Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_ledger")]


def outcomes(answers: Sequence[Answer]) -> list[object]:
    """Return what became of each command: a code, or whether it was a repeat."""
    return [answer.code if isinstance(answer, Refusal) else answer.is_repeat for answer in answers]


def posted(*commands: Command) -> list[object]:
    """Post a batch and return what became of each command."""
    return outcomes(post(commands))


def test_an_empty_batch_does_nothing() -> None:
    assert post([]) == []


def test_each_command_sees_what_the_ones_before_did(ann: Customer) -> None:
    assert posted(
        ann.deduct("d1", 100),
        ann.deduct("d2", 1),
        ann.add("a1", 1),
        ann.deduct("d2", 1),
        ann.lock(),
        ann.add("a2", 1),
        ann.unlock(),
        ann.set_credit("c1", 5),
        ann.draw("w1", 5),
    ) == [False, Code.INSUFFICIENT, False, False, False, Code.LOCKED, False, False, False]
    account = ann.account()
    assert [account.balance, account.sequence, account.version] == [-5, 6, 3]


def test_the_same_key_twice_is_a_repeat(ann: Customer) -> None:
    first, second, third = post([ann.add("a1", 5), ann.add("a1", "5.0"), ann.add("a1", 6)])
    assert outcomes([first, second, third]) == [False, True, Code.KEY_REUSED]
    assert isinstance(first, Posting)
    assert isinstance(second, Posting)
    assert (second.answer, second.record) == (first.answer, first.record)
    assert first.record is not None
    assert first.record == ann.records()[-1]


def test_a_new_account_can_be_used_at_once() -> None:
    ann = Customer()
    assert posted(
        ann.add("early", 1),
        ann.create(),
        ann.add("a1", 5),
        ann.deduct("d1", 3),
        ann.refund("d1", 2, of="d1"),
        ann.rename("Anna"),
    ) == [Code.UNKNOWN_ACCOUNT, False, False, False, False, False]
    account = ann.account()
    assert [account.name, account.balance, account.sequence] == ["Anna", 4, 3]
    assert [note.setting for note in account.notes.order_by("pk")] == ["created", "name"]


def test_a_refund_finds_a_deduct_of_the_same_batch_and_earlier_refunds(ann: Customer) -> None:
    do(ann.deduct("old", 10))
    do(ann.refund("r1", 4, of="old"))
    assert posted(
        ann.deduct("new", 10),
        ann.refund("r2", 7, of="new"),
        ann.refund("r3", 4, of="new"),
        ann.refund("r4", 7, of="old"),
        ann.refund("r5", 6, of="old"),
        ann.refund("r6", 3, of="new"),
        ann.refund("r1", 4, of="old"),
    ) == [False, False, Code.REFUND_TOO_LARGE, Code.REFUND_TOO_LARGE, False, False, True]


def test_a_reversal_finds_its_original_in_the_same_batch(ann: Customer) -> None:
    assert posted(
        ann.add("a1", 5), ann.reverse_add("v1", of="a1"), ann.reverse_add("v2", of="a1")
    ) == [False, False, Code.ALREADY_REVERSED]


def test_accounts_do_not_mix(ann: Customer, bob: Customer) -> None:
    commands = [
        who.deduct(f"d{turn}", turn + 1) for turn in range(4) for who in (ann, bob, ann, bob)
    ]
    assert posted(*commands) == [False, False, True, True] * 4
    for who in (ann, bob):
        assert [record.balance for record in who.records()] == [100, 99, 97, 94, 90]
        assert [record.sequence for record in who.records()] == [1, 2, 3, 4, 5]


def test_refused_commands_leave_no_trace(ann: Customer) -> None:
    before = everything()
    nobody = Customer("nobody")
    assert posted(
        ann.deduct("d1", 101),
        ann.refund("r1", 1, of="d1"),
        ann.reverse_add("v1", of="d1"),
        ann.add("start", 99),
        nobody.add("a1", 1),
        nobody.rename("x"),
    ) == [
        Code.INSUFFICIENT,
        Code.UNKNOWN_TRADE,
        Code.UNKNOWN_TRADE,
        Code.KEY_REUSED,
        Code.UNKNOWN_ACCOUNT,
        Code.UNKNOWN_ACCOUNT,
    ]
    assert everything() == before


def test_answers_come_in_the_order_of_the_commands(ann: Customer, bob: Customer) -> None:
    commands = [bob.add("b", 1), ann.add("a", 2), bob.add("c", 3), ann.add("d", 4)]
    numbers = [
        getattr(answer.record, "number", None)
        for answer in post(commands)
        if isinstance(answer, Posting)
    ]
    assert numbers == ["b", "a", "c", "d"]


def test_all_or_none_applies_all(ann: Customer) -> None:
    answers = post([ann.add("a1", 1), ann.add("start", 100)], all_or_none=True)
    assert outcomes(answers) == [False, True]
    assert ann.balance() == 101


def test_all_or_none_stops_at_the_first_refusal_and_applies_nothing(
    ann: Customer, bob: Customer
) -> None:
    before = everything()
    batch = [bob.rename("Bo"), ann.add("a1", 1), ann.deduct("d1", 500), bob.add("a1", 1)]
    assert outcomes(post(batch, all_or_none=True)) == [False, False, Code.INSUFFICIENT]
    assert everything() == before


def test_answers_know_the_ids_that_the_database_gave() -> None:
    assert_ids_are_known()


def test_ids_are_looked_up_where_inserts_do_not_return_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    assert_ids_are_known()


def assert_ids_are_known() -> None:
    """Post a batch with new accounts and records, and compare the answers with the database."""
    crowd = [Customer(f"user{number}") for number in range(5)]
    answers = post(
        [command for who in crowd for command in (who.create(), who.add("1", 5), who.draw("2", 1))]
    )
    postings = [answer for answer in answers if isinstance(answer, Posting)]
    assert len(postings) == 15
    for place, posting in enumerate(postings):
        account = crowd[place // 3].account()
        assert posting.state.pk == account.pk
        if posting.record is not None:
            stored = Record.objects.get(pk=posting.record.pk)
            assert (stored.account, stored.sequence) == (account, place % 3)
            assert stored.key_digest == posting.record.key_digest
    assert Account.objects.count() == 5
    assert {note.account.user for who in crowd for note in who.account().notes.all()} == {
        who.user for who in crowd
    }


def test_ids_grow_in_the_order_of_the_records(ann: Customer, bob: Customer) -> None:
    post([who.add(f"a{turn}", 1) for turn in range(10) for who in (ann, bob)])
    for who in (ann, bob):
        ids = [record.pk for record in who.records()]
        assert ids == sorted(ids)


def test_a_command_without_a_key_is_done_each_time(
    ann: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Keyless(Add):
        key = None  # type: ignore[assignment]

    monkeypatch.setitem(VERBS, Keyless, VERBS[Add])
    monkeypatch.setitem(WORDINGS, Keyless, WORDINGS[Add])
    command = Keyless(holder=ann.holder, actor=CLIENT, number="a1", amount=Decimal(5))
    assert posted(command, command) == posted(command) * 2 == [False, False]
    assert ann.balance() == 115
    assert len({record.key_digest for record in ann.records()}) == 4
