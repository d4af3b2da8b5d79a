"""Adjustments by hand: the API's own commands, under the operator's name."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client as Browser

from tests.admin.support import text
from wallets.models import Account, Note, Record, Status

ACTIONS = (
    "add_money",
    "deduct_money",
    "trade_flat",
    "balance_flat",
    "credit_line",
    "rename",
    "lock",
    "unlock",
)


def page(account: Account, action: str) -> str:
    return f"/admin/wallets/account/{account.pk}/{action}/"


def fill(browser: Browser, account: Account, action: str, **answers: Any) -> Any:
    answers = {"form_key": str(uuid4()), "reason": "cash desk", **answers}
    return browser.post(page(account, action), answers, follow=True)


def test_books_under_the_operators_name_and_reason(operator: Browser, account: Account) -> None:
    key = str(uuid4())
    answer = fill(operator, account, "deduct_money", amount="50", trade_type="2", form_key=key)
    assert "Balance 120.50 → 70.50" in text(answer)
    record = Record.objects.latest("pk")
    assert (record.amount, record.balance) == (Decimal(-50), Decimal("70.5"))
    assert (record.actor, record.memo, record.trade_type) == ("operator:olga", "cash desk", 2)
    assert record.number == f"adj-{key}"
    assert record.request_id == answer.redirect_chain[0][0] or record.request_id
    entry = LogEntry.objects.get()
    assert entry.object_id == str(account.pk)
    assert "120.50 → 70.50" in entry.get_change_message()


@pytest.mark.parametrize(
    ("action", "answers", "balance"),
    [
        ("add_money", {"amount": "0.00001"}, "120.50001"),
        ("deduct_money", {"amount": "120.5", "trade_type": "1"}, "0"),
        ("trade_flat", {"signed_amount": "-9.5", "trade_type": "1"}, "130"),
        ("trade_flat", {"signed_amount": "20.5", "trade_type": "3"}, "100"),
        ("balance_flat", {"signed_amount": "9.5", "trade_type": "1"}, "130"),
        ("balance_flat", {"signed_amount": "-20.5", "trade_type": "1"}, "100"),
    ],
)
def test_moves_money(
    operator: Browser, account: Account, action: str, answers: dict[str, str], balance: str
) -> None:
    fill(operator, account, action, **answers)
    account.refresh_from_db()
    assert account.balance == Decimal(balance)


def test_sets_the_credit_line(operator: Browser, account: Account) -> None:
    answer = fill(operator, account, "credit_line", credit="500")
    assert "Credit line 0.00 → 500.00" in text(answer)
    account.refresh_from_db()
    assert account.credit == 500


def test_renames_locks_and_unlocks_with_a_note_of_each(operator: Browser, account: Account) -> None:
    assert "Name Ann → Anna" in text(fill(operator, account, "rename", name="Anna"))
    assert "The account is locked" in text(fill(operator, account, "lock"))
    account.refresh_from_db()
    assert (account.name, account.status) == ("Anna", Status.LOCKED)
    assert "It was so already" in text(fill(operator, account, "lock"))
    assert "The account is unlocked" in text(fill(operator, account, "unlock"))
    made = Note.objects.exclude(setting="created").order_by("pk")
    assert [note.setting for note in made] == ["name", "status", "status"]
    assert {(note.actor, note.memo) for note in made} == {("operator:olga", "cash desk")}


def test_a_second_submission_of_the_same_page_books_once(
    operator: Browser, account: Account
) -> None:
    key = str(uuid4())
    fill(operator, account, "add_money", amount="10", form_key=key)
    again = fill(operator, account, "add_money", amount="10.00", form_key=key)
    assert "Done before, not again: Balance 120.50 → 130.50" in text(again)
    assert Record.objects.filter(number=f"adj-{key}").count() == 1
    assert LogEntry.objects.count() == 1


def test_a_used_page_with_another_amount_changes_nothing_and_gets_a_fresh_key(
    operator: Browser, account: Account
) -> None:
    key = str(uuid4())
    fill(operator, account, "add_money", amount="10", form_key=key)
    answer = fill(operator, account, "add_money", amount="20", form_key=key)
    assert "already used for another change" in text(answer)
    assert key not in text(answer)
    assert Record.objects.count() == 2


def test_a_refusal_is_shown_in_words_and_changes_nothing(
    operator: Browser, account: Account
) -> None:
    answer = fill(operator, account, "deduct_money", amount="1000.5", trade_type="1")
    assert "Not enough left: Available: 120.50, asked: 1,000.50." in text(answer)
    operator.cookies["django_language"] = "zh-hans"
    answer = fill(operator, account, "deduct_money", amount="1000.5", trade_type="1")
    assert "余额不足" in text(answer)
    account.refresh_from_db()
    assert account.balance == Decimal("120.5")
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    "amount",
    ["", "0", "-5", "1_0", "１0", "+1", "NaN", "1e400", "0.000001", "1,000", "9" * 14, "x" * 65],
)
def test_takes_no_other_amount_than_the_api(
    operator: Browser, account: Account, amount: str
) -> None:
    answer = fill(operator, account, "add_money", amount=amount)
    assert answer.context["form"].errors["amount"]
    assert Record.objects.count() == 1


def test_an_amount_that_leads_out_of_bounds_is_the_amounts_fault(
    operator: Browser, account: Account
) -> None:
    answer = fill(operator, account, "balance_flat", signed_amount="89999999999999", trade_type="1")
    assert answer.context["form"].errors["signed_amount"]


@pytest.mark.parametrize("reason", ["", "   ", "bell\a", "x" * 1025])
def test_demands_a_reason(operator: Browser, account: Account, reason: str) -> None:
    answer = fill(operator, account, "add_money", amount="1", reason=reason)
    assert answer.context["form"].errors["reason"]
    assert Record.objects.count() == 1


def test_a_reason_has_lines(operator: Browser, account: Account) -> None:
    fill(operator, account, "add_money", amount="1", reason="one\r\ntwo")
    assert Record.objects.latest("pk").memo == "one\ntwo"


@pytest.mark.parametrize("action", ACTIONS)
def test_looking_changes_nothing(operator: Browser, account: Account, action: str) -> None:
    for method in (operator.get, operator.head):
        answer = method(
            page(account, action),
            {"form_key": str(uuid4()), "amount": "5", "signed_amount": "5", "credit": "5"},
        )
        assert answer.status_code == 200
    before = account.version
    account.refresh_from_db()
    assert account.version == before


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_only_look_gets_403(viewer: Browser, account: Account, action: str) -> None:
    assert viewer.get(page(account, action)).status_code == 403
    answer = viewer.post(page(account, action), {"form_key": str(uuid4()), "reason": "x"})
    assert answer.status_code == 403
    assert page(account, action) not in text(viewer.get(page(account, "change")))


@pytest.mark.parametrize("action", ACTIONS)
def test_an_unknown_account_is_not_there(operator: Browser, account: Account, action: str) -> None:
    account.pk += 1
    assert operator.get(page(account, action)).status_code == 404


def test_a_forged_page_is_refused(account: Account, operator: Browser) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = operator.cookies
    answer = browser.post(page(account, "add_money"), {"amount": "5", "reason": "x"})
    assert answer.status_code == 403
    assert Record.objects.count() == 1


def test_offers_to_unlock_a_locked_account_only(operator: Browser, account: Account) -> None:
    shown = text(operator.get(page(account, "change")))
    assert page(account, "lock") in shown
    assert page(account, "unlock") not in shown
    fill(operator, account, "lock")
    shown = text(operator.get(page(account, "change")))
    assert page(account, "unlock") in shown
    assert page(account, "lock") not in shown


def test_opens_an_account_once(operator: Browser, account: Account) -> None:
    answers = {"tenant": 1, "group": "vip", "user": "u2", "name": "Bob", "memo": ""}
    answers["tenant"] = (
        operator.get("/admin/wallets/account/add/").context["form"].fields["tenant"].queryset[0].pk
    )
    first = operator.post("/admin/wallets/account/add/", answers, follow=True)
    assert "The account is open." in text(first)
    again = operator.post("/admin/wallets/account/add/", answers, follow=True)
    assert "exists already" in text(again)
    opened = Account.objects.get(user="u2")
    assert (opened.tenant, opened.group, opened.name) == ("t1", "vip", "Bob")
    assert opened.notes.get().actor == "operator:olga"


def test_opening_needs_its_permission(
    sign_in: Callable[..., Browser], viewer: Browser, account: Account
) -> None:
    assert viewer.get("/admin/wallets/account/add/").status_code == 403
    assert viewer.post("/admin/wallets/account/add/", {}).status_code == 403
