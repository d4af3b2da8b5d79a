"""The fields, exact on every database."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Sum

from clients.models import Tenant
from ledger.amounts import MONEY
from ledger.fields import AmountField, DigestField, KeyField
from tests.wallets.support import LARGEST, Customer, do
from wallets.models import Account

EXACT = [LARGEST, -LARGEST, Decimal("0.00001"), Decimal("-0.00001"), Decimal("12345678901.56789")]


@pytest.fixture
def account(db: None) -> Account:
    """Return a stored account with room below zero."""
    do(Customer().create())
    account = Customer().account()
    account.credit = LARGEST
    account.save()
    return account


def amount_field() -> AmountField:
    return AmountField(digits=MONEY.digits, name="amount")


@pytest.mark.parametrize("value", EXACT)
def test_an_amount_comes_back_as_it_was(account: Account, value: Decimal) -> None:
    account.balance = value
    account.save()
    assert str(Account.objects.get().balance) == str(value)
    assert Account.objects.filter(balance=value).exists()
    assert not Account.objects.filter(balance__gt=value).exists()
    assert Account.objects.aggregate(total=Sum("balance"))["total"] == value


def test_an_amount_is_stored_as_a_count_of_its_smallest_unit(account: Account) -> None:
    account.balance = LARGEST
    account.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT balance FROM wallets_account")
        ((units,),) = cursor.fetchall()
    assert (type(units), units) == (int, 8_999_999_999_999_999_999)


@pytest.mark.parametrize("value", [1.5, 0.0, float("nan")])
def test_an_amount_is_no_binary_fraction(account: Account, value: float) -> None:
    account.balance = value  # type: ignore[assignment]
    with pytest.raises(TypeError, match="no binary fraction"):
        account.save()
    with pytest.raises(TypeError, match="no binary fraction"):
        Account.objects.filter(balance=value).exists()


@pytest.mark.parametrize("value", ["0.000001", "1E-9", "NaN", "Infinity"])
def test_an_amount_is_never_rounded(account: Account, value: str) -> None:
    account.balance = Decimal(value)
    with pytest.raises(ValueError, match=r"5 fractional digits|NaN"):
        account.save()


def test_an_amount_takes_integers_and_text() -> None:
    assert [amount_field().to_python(value) for value in (7, "7.5", Decimal("7.5"), None)] == [
        Decimal(7),
        Decimal("7.5"),
        Decimal("7.5"),
        None,
    ]


def test_no_amount_stays_none() -> None:
    assert amount_field().get_prep_value(None) is None
    assert amount_field().from_db_value(None) is None


def test_an_amount_is_written_into_fixtures_by_its_digits() -> None:
    field = Account._meta.get_field("balance")
    assert field.value_to_string(Account(balance=Decimal("10.50"))) == "10.5"


def test_an_amount_is_asked_for_as_a_decimal() -> None:
    formfield = amount_field().formfield()
    assert isinstance(formfield, forms.DecimalField)
    assert formfield.decimal_places == 5


@pytest.mark.parametrize(
    "field", [amount_field(), DigestField(length=16, unique=True), KeyField(max_length=9)]
)
def test_a_migration_can_make_a_field_again(field: "models.Field[Any, Any]") -> None:
    _, _, args, kwargs = field.deconstruct()
    assert type(field)(*args, **kwargs).deconstruct()[2:] == (args, kwargs)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [("KEY", "key"), ("café", "cafe"), ("k1", "k1 "), ("ss", "ß"), ("é", "e\u0301"), ("a", "ａ")],
)
def test_keys_compare_byte_for_byte(one: str, other: str) -> None:
    for ident in (one, other):
        Tenant.objects.create(ident=ident)
    assert [Tenant.objects.get(ident=ident).ident for ident in (one, other)] == [one, other]
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.create(ident=one)


@pytest.mark.django_db
def test_keys_sort_by_their_bytes() -> None:
    idents = ["Z", "a", "Á", "é", "中", "😀"]
    for ident in reversed(idents):
        Tenant.objects.create(ident=ident)
    assert list(Tenant.objects.values_list("ident", flat=True)) == idents


@pytest.mark.parametrize(
    ("vendor", "is_mariadb", "collation"),
    [
        ("mysql", True, "utf8mb4_nopad_bin"),
        ("mysql", False, "utf8mb4_0900_bin"),
        ("postgresql", False, "C"),
        ("sqlite", False, None),
    ],
)
def test_each_database_has_its_collation(
    monkeypatch: pytest.MonkeyPatch, vendor: str, is_mariadb: object, collation: str | None
) -> None:
    monkeypatch.setattr(connection, "vendor", vendor)
    monkeypatch.setattr(connection, "mysql_is_mariadb", is_mariadb, raising=False)
    assert KeyField(max_length=9).db_parameters(connection)["collation"] == collation


@pytest.mark.parametrize(("vendor", "type_"), [("mysql", "binary(16)"), ("oracle", "raw(16)")])
def test_a_digest_has_a_fixed_length_where_it_can(vendor: str, type_: str) -> None:
    fake: Any = SimpleNamespace(vendor=vendor)
    assert DigestField(length=16).db_type(fake) == type_


def test_a_digest_comes_back_as_bytes() -> None:
    field = DigestField(length=4)
    assert field.from_db_value(memoryview(b"\x00\xff ab")) == b"\x00\xff ab"
    assert field.from_db_value(None) is None


@pytest.mark.django_db
def test_digests_compare_byte_for_byte() -> None:
    for ident in ("A", "a"):
        do(Customer(ident).create())
    digests = {Customer(ident).account().holder_digest for ident in ("A", "a")}
    assert {type(each) for each in digests} == {bytes}
    assert {len(each) for each in digests} == {16}
