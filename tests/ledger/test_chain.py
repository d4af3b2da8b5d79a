"""The seals: what they cover, and how keys are replaced."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from ledger import chain
from tests.wallets.support import Customer, do, faults
from wallets.models import Account, Record

OLD, NEW = b"1" * 32, b"2" * 32
MOMENT = datetime(2026, 5, 4, 3, 2, 1, 999999, tzinfo=UTC)
OTHER_RECORD: dict[str, Any] = {
    "sequence": 9,
    "key_digest": b"k" * 16,
    "reference_digest": b"r" * 16,
    "content": "{}",
    "answer": "{}",
    "actor": "client:other",
    "request_id": "request-9",
    "created_at": MOMENT,
    "tenant": "t2",
    "change_type": 6,
    "trade_type": 2,
    "number": "START",
    "reference": "x",
    "amount": Decimal("100.00001"),
    "balance": Decimal("100.00001"),
    "memo": "other",
    "extra": "null",
}
OTHER_ACCOUNT: dict[str, Any] = {
    "tenant": "t2",
    "group": "vip",
    "user": "ANN",
    "name": "Other",
    "balance": Decimal("100.00001"),
    "credit": Decimal("0.00001"),
    "status": 1,
    "version": 9,
    "sequence": 9,
    "last_hash": b"h" * 32,
    "holder_digest": b"d" * 16,
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["ab", "c"], ["a", "bc"]),
        (["a", None], ["a", "None"]),
        (["1"], [1]),
        ([""], [None]),
        ([["a"]], ["a"]),
        ([b"\x01"], [b"\x10"]),
        ([MOMENT], [MOMENT + timedelta(microseconds=1)]),
        ([Decimal("0.1")], [Decimal("0.10001")]),
    ],
)
def test_other_values_have_another_seal(one: list[object], other: list[object]) -> None:
    assert chain.seal(one, key_id=1) != chain.seal(other, key_id=1)


def test_one_value_has_one_seal_however_it_is_spelled() -> None:
    elsewhere = MOMENT.astimezone(tz=None)
    assert chain.seal([Decimal("1.50"), MOMENT], key_id=1) == chain.seal(
        [Decimal("1.5"), elsewhere], key_id=1
    )


def test_without_the_key_nobody_can_seal(settings: Settings) -> None:
    assert chain.seal(["a"], key_id=1) != chain.seal(["a"], key_id=2)
    settings.LEDGER_HASH_KEYS = {2: NEW}
    with pytest.raises(KeyError):
        chain.seal(["a"], key_id=1)


def test_a_hash_holds_if_it_is_the_one_that_its_key_makes(settings: Settings) -> None:
    kept = chain.seal(["a"], key_id=1)
    assert chain.holds(kept, lambda: chain.seal(["a"], key_id=1))
    assert not chain.holds(kept, lambda: chain.seal(["b"], key_id=1))
    settings.LEDGER_HASH_KEYS = {2: NEW}
    assert not chain.holds(kept, lambda: chain.seal(["a"], key_id=1))


def test_the_last_key_signs(settings: Settings) -> None:
    settings.LEDGER_HASH_KEYS = {7: OLD, 3: NEW}
    assert chain.current_key_id() == 3


def test_records_of_an_old_key_verify_when_a_new_one_signs(db: None, settings: Settings) -> None:
    ann = Customer()
    settings.LEDGER_HASH_KEYS = {1: OLD}
    do(ann.create())
    do(ann.add("a1", 5))
    settings.LEDGER_HASH_KEYS = {1: OLD, 2: NEW}
    assert faults() == []
    do(ann.add("a2", 5))
    assert [record.hash_key_id for record in ann.records()] == [1, 2]
    assert ann.account().hash_key_id == 2
    assert faults() == []
    settings.LEDGER_HASH_KEYS = {1: OLD, 2: b"3" * 32}
    assert faults() != []
    settings.LEDGER_HASH_KEYS = {1: OLD, 2: NEW}


@pytest.mark.parametrize("column", OTHER_RECORD)
def test_a_record_seals_every_column(ann: Customer, column: str) -> None:
    (record,) = ann.records()
    owner = ann.account().holder_digest
    assert record.hash == record.compute_hash(owner_digest=owner, previous=chain.GENESIS)
    setattr(record, column, OTHER_RECORD[column])
    assert record.hash != record.compute_hash(owner_digest=owner, previous=chain.GENESIS)


def test_a_record_seals_its_owner_and_its_forerunner(ann: Customer) -> None:
    do(ann.add("a1", 5))
    first, second = ann.records()
    owner = ann.account().holder_digest
    assert second.hash == second.compute_hash(owner_digest=owner, previous=first.hash)
    assert second.hash != second.compute_hash(owner_digest=owner, previous=chain.GENESIS)
    assert second.hash != second.compute_hash(owner_digest=b"d" * 16, previous=first.hash)
    assert ann.account().last_hash == second.hash


@pytest.mark.parametrize("column", OTHER_ACCOUNT)
def test_an_account_seals_every_column_that_counts(ann: Customer, column: str) -> None:
    account = ann.account()
    assert account.seal == account.compute_seal()
    setattr(account, column, OTHER_ACCOUNT[column])
    assert account.seal != account.compute_seal()


def test_no_column_is_left_unsealed() -> None:
    beside = {"id", "account", "hash", "hash_key_id", "reversal_digest"}
    assert {field.name for field in Record._meta.fields} == beside | OTHER_RECORD.keys()
    beside = {"id", "seal", "hash_key_id", "created_at", "updated_at"}
    assert {field.name for field in Account._meta.fields} == beside | OTHER_ACCOUNT.keys()
