"""`verify_ledger` finds every edit that is made straight in the database."""

import random
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from ledger import verify
from ledger.posting import post
from ledger.records import Record as LedgerRecord
from ledger.terms import Actor
from tests.conftest import TENANT
from tests.ledger.edits import (
    Edit,
    Tables,
    change,
    delete_some,
    erase_the_last_trace,
    execute,
    swap,
)
from wallets.commands import Add, Create, Deduct, Refund, ReverseAdd, SetCredit, Wallet
from wallets.models import Account, Record

ACCOUNTS = 4
RECORDS = "wallets_record"
STATES = "wallets_account"
WALLETS = Tables(STATES, RECORDS, owner="account_id", figure="balance", change="amount")


@pytest.fixture(autouse=True)
def _history(db: None, actor: Actor) -> None:
    for number in range(ACCOUNTS):
        holder = Wallet(TENANT, "-", f"u{number}")
        answers = post(
            [
                Create(holder=holder, actor=actor, name="Ann"),
                SetCredit(holder=holder, actor=actor, number="c1", credit=Decimal(50)),
                *(
                    Add(holder=holder, actor=actor, number=f"a{each}", amount=Decimal(each))
                    for each in range(1, 6)
                ),
                Deduct(holder=holder, actor=actor, number="d1", amount=Decimal("4.25")),
                Refund(
                    holder=holder, actor=actor, number="r1", reference="d1", amount=Decimal("1.5")
                ),
                ReverseAdd(holder=holder, actor=actor, number="x1", reference="a3"),
            ]
        )
        assert not [each for each in answers if isinstance(each, Exception)]


EDITS: dict[str, Edit] = {
    "amount": change(RECORDS, "amount = amount + 1"),
    "balance after": change(RECORDS, "balance = balance - 100000"),
    "balance": change(STATES, "balance = balance + 1"),
    "credit": change(STATES, "credit = credit + 100000"),
    "status": change(STATES, "status = 1 - status"),
    "name": change(STATES, "name = 'Mallory'"),
    "sequence of the row": change(STATES, "sequence = sequence + 1"),
    "number": change(RECORDS, "number = 'other'"),
    "memo": change(RECORDS, "memo = 'other'"),
    "actor": change(RECORDS, "actor = 'client:other'"),
    "time": change(RECORDS, "created_at = '2020-01-01 00:00:00'"),
    "answer": change(RECORDS, "answer = '{}'"),
    "content": change(RECORDS, "content = '{}'"),
    "purpose": change(RECORDS, "trade_type = 2"),
    "a record deleted": delete_some(WALLETS),
    "two swapped": swap(WALLETS, "sequence"),
    "two amounts swapped": swap(WALLETS, "amount"),
    "two ids swapped": swap(WALLETS, "id"),
    "the last trace erased": erase_the_last_trace(WALLETS),
}
EDITS_TRIED = 57


@pytest.mark.parametrize("seed", range(EDITS_TRIED))
def test_finds_an_edit_made_in_the_database(seed: int) -> None:
    assert list(verify.verify()) == []
    name = list(EDITS)[seed % len(EDITS)]
    with transaction.atomic():
        EDITS[name](random.Random(seed))
        assert list(verify.verify()), name
        transaction.set_rollback(True)
    assert list(verify.verify()) == []


def test_says_what_is_wrong_and_exits_with_1() -> None:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert f"{ACCOUNTS} rows checked, 0 faults found." in out.getvalue()
    execute(f"UPDATE {STATES} SET balance = balance + 1")  # noqa: S608
    with pytest.raises(SystemExit) as exit_:
        call_command("verify_ledger", stdout=out)
    assert exit_.value.code == 1
    assert "the row's seal does not match its columns" in out.getvalue()


def test_reads_long_accounts_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "RECORDS_PER_PAGE", 3)
    monkeypatch.setattr(verify, "ROWS_PER_GROUP", 3)
    assert list(verify.verify()) == []
    execute(f"UPDATE {RECORDS} SET memo = 'x' WHERE number = 'a5'")  # noqa: S608
    assert len(list(verify.verify())) == ACCOUNTS


def test_a_later_change_does_not_hide_an_edit(actor: Actor) -> None:
    holder = Wallet(TENANT, "-", "u1")
    Account.objects.filter(holder_digest=holder.digest).update(name="Mallory")
    post([Add(holder=holder, actor=actor, number="later", amount=Decimal(1))])
    (finding,) = verify.verify()
    assert "seal" in str(finding)


def test_finds_a_record_that_the_row_does_not_know() -> None:
    forged = Record.objects.order_by("pk").last()
    assert forged is not None
    forged.pk, forged.sequence, forged.key_digest = None, forged.sequence + 1, b"f" * 16
    forged.reversal_digest = None
    Record.objects.bulk_create([forged])
    (finding,) = verify.verify()
    assert "beyond the row's" in str(finding)


def test_passes_over_what_is_booked_meanwhile(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = verify._records
    later = Add(holder=Wallet(TENANT, "-", "u1"), actor=actor, number="later", amount=Decimal(1))

    def book_and_fetch(rows: list[Any]) -> Iterator[LedgerRecord]:
        post([later])
        return fetch(rows)

    monkeypatch.setattr(verify, "_records", book_and_fetch)
    assert list(verify.verify()) == []
    assert Record.objects.filter(number="later").exists()
