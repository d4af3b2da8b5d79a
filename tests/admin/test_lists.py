"""Accounts and records: found by ids, shown escaped, never touched, at few queries."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from gateway.desk import pages
from gateway.desk.display import digits
from gateway.desk.filters import period
from ledger.posting import post
from ledger.terms import Actor
from tests.admin.conftest import ANN
from tests.admin.support import XSS, found
from wallets.commands import Add, Create, Deduct, Refund, Rename, Wallet
from wallets.models import Account, Record

ACCOUNTS, RECORDS = "/admin/wallets/account/", "/admin/wallets/record/"
QUERIES_MAX = 12


def refund(actor: Actor) -> tuple[Record, Record]:
    """Book a deduct and a refund of it."""
    post([Deduct(holder=ANN, actor=actor, number="8971", amount=Decimal(20))])
    post([Refund(holder=ANN, actor=actor, number="8972", reference="8971", amount=Decimal(5))])
    return Record.objects.get(number="8971"), Record.objects.get(number="8972")


@pytest.mark.parametrize("text", ["u1", "u", " u1 ", "Ann", "nn", "8970"])
def test_finds_an_account(viewer: Browser, account: Account, text: str) -> None:
    assert found(viewer, ACCOUNTS, q=text) == [account.pk]


@pytest.mark.parametrize("text", ["U1", "1", "897", "%", "_"])
def test_finds_no_account_by_anything_else(viewer: Browser, account: Account, text: str) -> None:
    assert found(viewer, ACCOUNTS, q=text) == []


@pytest.mark.parametrize(
    ("text", "count"), [("u1", 1), ("8970", 1), ("u", 0), ("897", 0), ("%", 0)]
)
def test_finds_records_by_whole_names_only(
    viewer: Browser, account: Account, text: str, count: int
) -> None:
    assert len(found(viewer, RECORDS, q=text)) == count


def test_finds_records_by_a_text_that_names_both(
    viewer: Browser, account: Account, actor: Actor
) -> None:
    other = Wallet("t1", "-", "8970")
    post([Create(holder=other, actor=actor, name="Bob")])
    post([Add(holder=other, actor=actor, number="1", amount=Decimal(1))])
    assert len(found(viewer, RECORDS, q="8970")) == 2


@pytest.mark.parametrize(
    ("address", "narrowed"),
    [
        (ACCOUNTS, {"tenant": "t1"}),
        (ACCOUNTS, {"group": "-"}),
        (ACCOUNTS, {"status__exact": "0"}),
        (RECORDS, {"tenant": "t1"}),
        (RECORDS, {"change_type__exact": "1"}),
        (RECORDS, {"trade_type__exact": "1"}),
        (RECORDS, {"period": "today"}),
        (RECORDS, {"period": "month"}),
        (RECORDS, {"created_at_from": "2020-01-01", "created_at_to": "2199-01-01"}),
    ],
)
def test_narrows_a_list(
    viewer: Browser, account: Account, address: str, narrowed: dict[str, str]
) -> None:
    assert len(found(viewer, address, **narrowed)) == 1


@pytest.mark.parametrize(
    ("address", "narrowed"),
    [
        (ACCOUNTS, {"tenant": "t2"}),
        (ACCOUNTS, {"group": "vip"}),
        (ACCOUNTS, {"status__exact": "1"}),
        (RECORDS, {"change_type__exact": "3"}),
        (RECORDS, {"period": "yesterday"}),
        (RECORDS, {"period": "before"}),
        (RECORDS, {"created_at_from": "2199-01-01"}),
        (RECORDS, {"created_at_to": "2020-01-01"}),
    ],
)
def test_narrows_a_list_to_nothing(
    viewer: Browser, account: Account, address: str, narrowed: dict[str, str]
) -> None:
    assert found(viewer, address, **narrowed) == []


@pytest.mark.parametrize(
    "narrowed",
    [{"created_at_from": "soon"}, {"created_at_to": "9999-12-31"}, {"account": "x"}],
)
def test_a_malformed_filter_is_dropped_aloud(viewer: Browser, narrowed: dict[str, str]) -> None:
    answer = viewer.get(RECORDS, narrowed)
    assert (answer.status_code, answer["Location"]) == (302, f"{RECORDS}?e=1")


def test_periods_are_whole_days() -> None:
    today = date(2026, 3, 1)
    assert period("week", today=today) == (date(2026, 2, 23), today)
    assert period("before", today=today) == (date(2026, 2, 1), date(2026, 2, 28))
    assert period("days", today=today)[0] == date(2026, 1, 31)


def test_an_account_shows_its_figures_records_and_notes(
    viewer: Browser, account: Account, actor: Actor
) -> None:
    post([Rename(holder=ANN, actor=actor, name="Anna", memo="married")])
    shown = viewer.get(f"{ACCOUNTS}{account.pk}/change/").content.decode()
    for text in ("120.50", "8970", "API client tester", "Anna", "married"):
        assert text in shown
    link = f"{RECORDS}?account={account.pk}"
    assert link in shown
    assert len(found(viewer, RECORDS, account=str(account.pk))) == 1


def test_hides_records_from_who_may_not_see_them(
    sign_in: Callable[..., Browser], account: Account
) -> None:
    browser = sign_in("view_account")
    assert "8970" not in browser.get(f"{ACCOUNTS}{account.pk}/change/").content.decode()
    assert browser.get(RECORDS).status_code == 403


def test_a_record_leads_to_its_original_and_back(
    viewer: Browser, account: Account, actor: Actor
) -> None:
    deduct, refunded = refund(actor)
    there = viewer.get(f"{RECORDS}{refunded.pk}/change/").content.decode()
    assert f"{RECORDS}{deduct.pk}/change/" in there
    back = viewer.get(f"{RECORDS}{deduct.pk}/change/").content.decode()
    assert f"{RECORDS}{refunded.pk}/change/" in back
    for text in (deduct.hash.hex(), "request-1", "intact"):
        assert text in back


def test_an_edited_record_shows_as_broken(viewer: Browser, account: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wallets_record SET amount = amount + 1")
    shown = viewer.get(f"{RECORDS}{Record.objects.get().pk}/change/").content.decode()
    assert "broken" in shown


def test_texts_are_escaped_everywhere(viewer: Browser, account: Account, actor: Actor) -> None:
    evil = Wallet("t1", "-", "u<b>9")
    post([Create(holder=evil, actor=actor, name=XSS, memo=XSS)])
    post([Add(holder=evil, actor=actor, number=XSS, amount=Decimal(1), memo=XSS, extra=f'"{XSS}"')])
    record = Record.objects.get(number=XSS)
    for address in (
        ACCOUNTS,
        RECORDS,
        f"{ACCOUNTS}{record.account_id}/change/",
        f"{RECORDS}{record.pk}/change/",
    ):
        shown = viewer.get(address).content.decode()
        assert XSS not in shown
        assert "u<b>9" not in shown
        assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize("address", ["add/", "{}/delete/"])
def test_not_even_a_superuser_adds_or_deletes_a_record(
    root: Browser, account: Account, address: str
) -> None:
    record = Record.objects.get()
    path = RECORDS + address.format(record.pk)
    assert root.get(path).status_code == 403
    assert root.post(path, {"post": "yes"}).status_code == 403
    assert Record.objects.count() == 1


def test_not_even_a_superuser_changes_what_the_ledger_keeps(
    root: Browser, account: Account
) -> None:
    record = Record.objects.get()
    assert root.post(f"{RECORDS}{record.pk}/change/", {"memo": "x"}).status_code == 403
    assert root.post(f"{ACCOUNTS}{account.pk}/change/", {"name": "x"}).status_code == 403
    assert root.post(f"{ACCOUNTS}{account.pk}/delete/", {"post": "yes"}).status_code == 403
    for address in (ACCOUNTS, RECORDS):
        chosen = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
        root.post(address, chosen)
    assert (Account.objects.get().name, Record.objects.get().memo) == ("Ann", "top-up")


def test_counts_up_to_a_bound(
    viewer: Browser, account: Account, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund(actor)
    monkeypatch.setattr(pages, "COUNT_MAX", 2)
    shown = viewer.get(RECORDS).content.decode()
    assert "2+" in shown


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        ACCOUNTS,
        f"{ACCOUNTS}?q=8970&tenant=t1&group=-&status__exact=0",
        f"{ACCOUNTS}add/",
        f"{ACCOUNTS}{{account}}/change/",
        f"{ACCOUNTS}{{account}}/history/",
        f"{ACCOUNTS}{{account}}/deduct_money/",
        RECORDS,
        f"{RECORDS}?q=8970&tenant=t1&change_type__exact=1&period=today&account={{account}}",
        f"{RECORDS}{{record}}/change/",
    ],
)
def test_a_page_takes_few_queries_and_seeks_no_text_in_records(
    operator: Browser, account: Account, actor: Actor, address: str
) -> None:
    refund(actor)
    last = Record.objects.latest("pk")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = operator.get(address.format(account=account.pk, record=last.pk))
    assert answer.status_code == 200
    assert len(queries) <= QUERIES_MAX, [query["sql"] for query in queries]
    for query in queries:
        if re.search(r"FROM .wallets_record", query["sql"]):
            assert "LIKE" not in query["sql"].upper()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0.00"),
        ("120.5", "120.50"),
        ("1234567.12345", "1,234,567.12345"),
        ("-0.00001", "-0.00001"),
        ("89999999999999.99999", "89,999,999,999,999.99999"),
        ("1000", "1,000.00"),
    ],
)
def test_figures_have_all_their_digits(value: str, text: str) -> None:
    assert digits(Decimal(value)) == text
