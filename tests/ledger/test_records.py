"""Records and notes are appended and never touched again; the database guards what it can."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from clients.models import Tenant
from ledger.records import WriteOnceError, record_model_of, states
from ledger.refusals import Code, Refusal
from tests.wallets.support import BOUND, Customer, do, everything
from wallets.models import Account, Note, Record

Change = Callable[[Any], object]

THROUGH_THE_QUERYSET: dict[str, Change] = {
    "update": lambda row: type(row).objects.filter(pk=row.pk).update(memo="x"),
    "delete": lambda row: type(row).objects.filter(pk=row.pk).delete(),
    "delete all": lambda row: type(row).objects.all().delete(),
    "bulk_update": lambda row: type(row).objects.bulk_update([row], ["memo"]),
    "update_or_create": lambda row: type(row).objects.update_or_create({"memo": "x"}, pk=row.pk),
    "bulk_create in its place": lambda row: type(row).objects.bulk_create(
        [row],
        update_conflicts=True,
        update_fields=["memo"],
        unique_fields=None if connection.vendor == "mysql" else ["id"],
    ),
    "through the account": lambda row: getattr(row.account, kin(row)).update(memo="x"),
    "delete through the account": lambda row: getattr(row.account, kin(row)).all().delete(),
}
THROUGH_THE_ROW: dict[str, Change] = {
    "save": lambda row: row.save(),
    "save some fields": lambda row: row.save(update_fields=["memo"]),
    "delete": lambda row: row.delete(),
}
CHANGES = {**THROUGH_THE_QUERYSET, **THROUGH_THE_ROW}


def kin(row: models.Model) -> str:
    """Return the account's name for rows of this kind."""
    return "records" if isinstance(row, Record) else "notes"


@pytest.mark.parametrize("model", [Record, Note])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_refuses_to_be_changed(ann: Customer, model: type[models.Model], change: Change) -> None:
    row: Any = model._base_manager.get()
    row.memo = "changed"
    before = everything()
    with pytest.raises(WriteOnceError, match="append-only"):
        change(row)
    assert everything() == before


@pytest.mark.parametrize("model", [Record, Note])
def test_a_new_row_cannot_take_the_place_of_an_old_one(
    ann: Customer, model: type[models.Model]
) -> None:
    row: Any = model._base_manager.get()
    columns = {field.attname: getattr(row, field.attname) for field in model._meta.fields}
    before = everything()
    with pytest.raises((IntegrityError, WriteOnceError)), transaction.atomic():
        model(**{**columns, "memo": "changed"}).save()
    assert everything() == before


def test_a_new_row_can_be_saved(ann: Customer) -> None:
    note = Note(
        account=ann.account(),
        setting="name",
        before="a",
        after="b",
        memo="",
        actor="system:test",
        request_id="",
        created_at=ann.account().created_at,
    )
    note.save()
    assert Note.objects.latest("pk") == note


def test_an_account_with_a_past_cannot_be_deleted(ann: Customer) -> None:
    with pytest.raises(ProtectedError):
        ann.account().delete()


@pytest.mark.parametrize(
    "values",
    [
        {"balance": Decimal("-0.00001")},
        {"balance": Decimal("-50.00001"), "credit": Decimal(50)},
        {"credit": Decimal("-0.00001")},
        {"credit": BOUND},
        {"balance": BOUND},
        {"balance": -BOUND, "credit": BOUND},
        {"status": 2},
    ],
)
def test_the_database_refuses_an_account_that_cannot_be(
    ann: Customer, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=ann.account().pk).update(**values)


@pytest.mark.parametrize("unique", ["sequence", "key_digest", "reversal_digest"])
def test_the_database_refuses_a_second_record_of_the_same(ann: Customer, unique: str) -> None:
    do(ann.reverse_add("v1", of="start"))
    record = ann.records()[-1]
    record.pk, record._state.adding = None, True
    for name, value in {"sequence": 3, "key_digest": b"k" * 16, "reversal_digest": None}.items():
        if name != unique:
            setattr(record, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save()


def test_the_database_refuses_an_amount_out_of_bounds(ann: Customer) -> None:
    (record,) = ann.records()
    record.pk, record._state.adding = None, True
    record.sequence, record.key_digest, record.amount = 2, b"k" * 16, Decimal(BOUND)
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save()


@pytest.mark.django_db
def test_the_database_refuses_a_second_account_of_the_same_name() -> None:
    do(Customer().create())
    account = Customer().account()
    account.pk, account.holder_digest = None, b"d" * 16
    account._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        account.save()


def test_states_come_in_the_order_of_their_locks() -> None:
    ranks = [model.lock_rank for model in states()]
    assert Account in states()
    assert ranks == sorted(set(ranks))


def test_a_state_knows_its_records() -> None:
    assert record_model_of(Account) is Record


def test_a_state_without_records_is_found_out() -> None:
    rows: Any = Tenant
    with pytest.raises(LookupError, match="Tenant owns no records"):
        record_model_of(rows)


def test_new_rows_can_be_appended_together(ann: Customer) -> None:
    row = Note.objects.get()
    row.pk, row._state.adding = None, True
    Note.objects.bulk_create([row])
    assert Note.objects.count() == 2


def test_a_row_is_found_by_its_holder(ann: Customer) -> None:
    assert Account.held(ann.holder) == ann.account()
    with pytest.raises(Refusal) as refused:
        Account.held(Customer("nobody").holder)
    assert refused.value.code is Code.UNKNOWN_ACCOUNT
