"""Rows moved in bulk: made, written and read as the ORM would."""

from decimal import Decimal

import pytest
from django.db import transaction

from ledger.tables import Selection, _around, _Statement, table_of
from tests.wallets.support import Customer, do
from wallets.models import Account, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def past() -> list[Record]:
    """Return the records of two customers."""
    for user in ("ann", "bob"):
        customer = Customer(user)
        do(customer.create())
        for number in range(3):
            do(customer.add(f"n{number}", "1.5"))
    return list(Record.objects.order_by("pk"))


def columns(row: Record | Account) -> dict[str, object]:
    """Return every column of a row."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_are_read_as_the_orm_reads_them(past: list[Record]) -> None:
    found = table_of(Record, using="default").find({"id": [row.pk for row in past]})
    assert [columns(row) for row in sorted(found, key=lambda row: row.pk)] == [
        columns(row) for row in past
    ]
    assert not found[0]._state.adding
    assert found[0].account == Account.objects.get(pk=found[0].account_id)


def test_a_row_wanted_twice_comes_twice(past: list[Record]) -> None:
    first = past[0]
    wanted = {"id": [first.pk], "key_digest": [first.key_digest]}
    found = table_of(Record, using="default").find(wanted)
    assert [row.pk for row in found] == [first.pk, first.pk]


def test_rows_are_locked_as_the_orm_locks_them(past: list[Record]) -> None:
    ids = [row.pk for row in Account.objects.order_by("-pk")]
    with transaction.atomic():
        found = table_of(Account, using="default").lock("id", ids)
    assert [columns(row) for row in found] == [
        columns(row) for row in Account.objects.order_by("pk")
    ]


def test_selections_are_fetched_together_and_compiled_once(past: list[Record]) -> None:
    made: list[int] = []

    def of(account: int) -> Selection[Record]:
        rows = Record.objects.filter(account=account).order_by("-pk")[:2]
        return Selection(
            shape=("newest", 2),
            make=lambda: (made.append(account), rows)[1],  # type: ignore[func-returns-value]
            values=[("account_id", [account])],
        )

    ann, bob = (row.pk for row in Account.objects.order_by("pk"))
    table = table_of(Record, using="default")
    table._texts.clear()
    found = table.select([of(ann), of(bob), of(ann)])
    newest = [[row.pk for row in past if row.account_id == each][:0:-1] for each in (ann, bob)]
    assert [[row.pk for row in rows] for rows in found] == [*newest, newest[0]]
    assert made == [ann]


def test_a_selection_must_name_the_parameters_of_its_queryset(past: list[Record]) -> None:
    wrong = Selection(
        shape=("wrong",),
        make=lambda: Record.objects.filter(sequence__gt=1, account=7),
        values=[("sequence", [1]), ("account_id", [7])],
    )
    with pytest.raises(TypeError, match="are not"):
        table_of(Record, using="default").select([wrong])


def test_rows_are_made_as_the_orm_makes_them() -> None:
    account = Account(pk=5)
    row = Record(account=account, amount=Decimal(1), number="n")
    assert row.account_id == account.pk
    assert row.account is account
    assert row.amount == 1
    assert row.memo == ""
    assert row.extra is None
    assert row._state.adding
    assert Record(pk=7).pk == Record(7).pk == 7
    with pytest.raises(TypeError, match="unexpected keyword"):
        Record(colour="red")  # type: ignore[misc]


def test_values_are_marked_or_spelled_out() -> None:
    marked, spelled = _Statement(is_spelled=False), _Statement(is_spelled=True)
    assert (marked.marks([1, "it's"]), marked.parameters) == ("%s, %s", [1, "it's"])
    assert (spelled.marks([1, "it's"]), spelled.parameters) == ("1, x'69742773'", None)


def test_constants_of_a_queryset_are_no_values_of_ours() -> None:
    text = "a = %s AND b IN (%s, %s) AND c = %s"
    assert _around(text, [True, 5, 6, False], values=[5, 6]) == [
        "a = 1 AND b IN (",
        ", ",
        ") AND c = 0",
    ]
