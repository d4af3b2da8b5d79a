"""Adjustments of packages by hand: the API's own commands, under the operator's name."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client as Browser

from ledger.posting import post
from ledger.terms import Actor
from packages_app.models import Package, Record
from tests.admin.conftest import ANN
from tests.admin.support import text
from wallets.commands import Lock

pytestmark = pytest.mark.usefixtures("clock")

ACTIONS = ("add_capacity", "take_back", "refund_use")


def page(package: Package, action: str) -> str:
    return f"/admin/packages/package/{package.pk}/{action}/"


def fill(browser: Browser, package: Package, action: str, **answers: Any) -> Any:
    answers = {"form_key": str(uuid4()), "reason": "cash desk", **answers}
    return browser.post(page(package, action), answers, follow=True)


def figures(package: Package) -> tuple[int, int, int]:
    """Return capacity, remaining and the day's use, as the database has them."""
    package.refresh_from_db()
    return package.capacity, package.remaining, package.used_today


def test_books_under_the_operators_name_and_keeps_the_reason(
    operator: Browser, package: Package
) -> None:
    key = str(uuid4())
    answer = fill(operator, package, "add_capacity", quantity="1000", form_key=key)
    assert answer.redirect_chain[-1][0] == page(package, "change")
    assert "Add capacity: Remaining 96 → 1,096, record 3" in text(answer)
    record = Record.objects.latest("pk")
    assert (record.actor, record.number, record.quantity) == ("operator:olga", f"adj-{key}", 1000)
    assert record.request_id
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.get_username()) == (str(package.pk), "olga")
    told = "Add capacity: Remaining 96 → 1,096, record 3 · cash desk"
    assert entry.get_change_message() == told
    assert told in text(operator.get(page(package, "history")))


@pytest.mark.parametrize(
    ("action", "answers", "after"),
    [
        ("add_capacity", {"quantity": "5"}, (105, 101, 4)),
        ("take_back", {"quantity": "96"}, (4, 0, 4)),
        ("refund_use", {"quantity": "3", "reference": "9001"}, (100, 99, 1)),
        ("refund_use", {"quantity": "4.0", "reference": "9001"}, (100, 100, 0)),
    ],
)
def test_moves_capacity(
    operator: Browser,
    package: Package,
    action: str,
    answers: dict[str, str],
    after: tuple[int, int, int],
) -> None:
    fill(operator, package, action, **answers)
    assert figures(package) == after


def test_a_second_submission_of_the_same_page_books_once(
    operator: Browser, package: Package
) -> None:
    key = str(uuid4())
    fill(operator, package, "take_back", quantity="10", form_key=key)
    again = fill(operator, package, "take_back", quantity="10", form_key=key)
    assert "Done before, not again: Remaining 96 → 86, record 3" in text(again)
    assert figures(package) == (90, 86, 4)
    assert (Record.objects.count(), LogEntry.objects.count()) == (3, 1)


def test_a_used_page_with_another_quantity_changes_nothing_and_gets_a_fresh_key(
    operator: Browser, package: Package
) -> None:
    key = str(uuid4())
    fill(operator, package, "add_capacity", quantity="10", form_key=key)
    answer = fill(operator, package, "add_capacity", quantity="20", form_key=key)
    assert "already used for another change" in text(answer)
    assert key not in text(answer)
    assert figures(package) == (110, 106, 4)


@pytest.mark.parametrize(
    ("action", "answers", "english", "chinese"),
    [
        ("take_back", {"quantity": "1097"}, "Available: 96, asked: 1,097.", "余额不足"),
        (
            "refund_use",
            {"quantity": "5", "reference": "9001"},
            "Deducted: 4, refunded so far: 0, asked: 5.",
            "退款",
        ),
        (
            "refund_use",
            {"quantity": "1", "reference": "9"},
            "There is no trade 9 to refer to.",
            "交易",
        ),
        ("add_capacity", {"quantity": "8999999999999999999"}, "Leads out of the bounds", "超出"),
    ],
)
def test_a_refusal_is_shown_in_words_and_changes_nothing(
    operator: Browser,
    package: Package,
    action: str,
    answers: dict[str, str],
    english: str,
    chinese: str,
) -> None:
    before = figures(package)
    assert english in text(fill(operator, package, action, **answers))
    operator.cookies["django_language"] = "zh-hans"
    answer = text(fill(operator, package, action, **answers))
    assert english not in answer
    assert chinese in answer
    assert figures(package) == before
    assert not LogEntry.objects.exists()
    assert Record.objects.count() == 2


@pytest.mark.parametrize("quantity", ["", "0", "-5", "1.5", "1_0", "１0", "NaN", "1,000", "9" * 20])
def test_takes_no_other_quantity_than_the_api(
    operator: Browser, package: Package, quantity: str
) -> None:
    answer = fill(operator, package, "add_capacity", quantity=quantity)
    assert answer.context["form"].errors["quantity"]
    assert Record.objects.count() == 2


@pytest.mark.parametrize("reason", ["", "   ", "bell\a", "x" * 1025])
def test_demands_a_reason(operator: Browser, package: Package, reason: str) -> None:
    answer = fill(operator, package, "add_capacity", quantity="1", reason=reason)
    assert answer.context["form"].errors["reason"]
    assert Record.objects.count() == 2


def test_an_operator_takes_back_from_a_locked_account(
    operator: Browser, package: Package, actor: Actor
) -> None:
    post([Lock(holder=ANN, actor=actor)])
    fill(operator, package, "take_back", quantity="1")
    assert figures(package) == (99, 95, 4)


@pytest.mark.parametrize("action", ACTIONS)
def test_looking_changes_nothing(operator: Browser, package: Package, action: str) -> None:
    before = figures(package)
    asked = {"form_key": str(uuid4()), "quantity": "1", "reference": "9001", "reason": "x"}
    for method in (operator.get, operator.head):
        assert method(page(package, action), asked).status_code == 200
    assert figures(package) == before


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("codename", ["view_package", "adjust_account"])
def test_who_may_not_adjust_packages_gets_403(
    sign_in: Callable[..., Browser], package: Package, action: str, codename: str
) -> None:
    browser = sign_in("view_package", codename, name="vera")
    assert browser.get(page(package, action)).status_code == 403
    assert fill(browser, package, action, quantity="1", reference="9001").status_code == 403
    assert page(package, action) not in text(browser.get(page(package, "change")))
    assert Record.objects.count() == 2


@pytest.mark.parametrize("action", ACTIONS)
def test_an_unknown_package_is_not_there(operator: Browser, package: Package, action: str) -> None:
    package.pk += 1
    assert operator.get(page(package, action)).status_code == 404


def test_a_forged_page_is_refused(operator: Browser, package: Package) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = operator.cookies
    answer = browser.post(page(package, "add_capacity"), {"quantity": "5", "reason": "x"})
    assert answer.status_code == 403
    assert Record.objects.count() == 2
