"""Adjustments of points by hand: the API's own commands, under the operator's name."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client as Browser

from ledger.posting import post
from ledger.terms import Actor
from points.commands import Disable, Expire, Freeze, Release
from points.models import NEVER, Account, HoldPiece, Log, Lot, Note
from tests.admin.conftest import NOON, SCORE
from tests.admin.support import text

pytestmark = pytest.mark.usefixtures("clock")

ACTIONS = ("grant", "take", "freeze", "release_hold", "disable", "enable")
SPENT = {"points": "1", "cost": "0", "hold": "5/30"}


def page(row: Account | Lot, action: str) -> str:
    return f"/admin/points/{row._meta.model_name}/{row.pk}/{action}/"


def fill(browser: Browser, row: Account | Lot, action: str, **answers: Any) -> Any:
    answers = {"form_key": str(uuid4()), "reason": "cash desk", **answers}
    return browser.post(page(row, action), answers, follow=True)


def figures(account: Account) -> tuple[int, int, int, int]:
    """Return available, frozen, used and cost, as the database has them."""
    account.refresh_from_db()
    found = (account.available, account.frozen, account.used, account.cost)
    return tuple(int(each) for each in found)  # type: ignore[return-value]


def lot(number: str) -> Lot:
    """Return the lot that a log granted."""
    return Lot.objects.get(logs__log__number=number, logs__log_type=1)


def test_grants_under_the_operators_name_and_keeps_the_reason(
    operator: Browser, points: Account
) -> None:
    key = str(uuid4())
    answers = {"points": "10.25", "cost": "5", "expires_at": "2026-06-01T08:30", "reference": "O9"}
    answer = fill(operator, points, "grant", form_key=key, **answers)
    assert answer.redirect_chain[-1][0] == page(points, "change")
    told = "Grant points: Available 100.00 → 110.25, log 7"
    assert told in text(answer)
    log = Log.objects.get(number=f"adj-{key}")
    assert (log.actor, log.memo, log.reference) == ("operator:olga", "cash desk", "O9")
    assert log.request_id
    granted = Lot.objects.latest("pk")
    assert (granted.total, granted.total_cost) == (Decimal("10.25"), Decimal(5))
    assert granted.expires_at == datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.get_username()) == (str(points.pk), "olga")
    assert entry.get_change_message() == f"{told} · cash desk"


def test_a_grant_without_an_expiry_never_expires(operator: Browser, points: Account) -> None:
    fill(operator, points, "grant", points="1", cost="0", expires_at="", reference="")
    assert Lot.objects.latest("pk").expires_at == NEVER


@pytest.mark.parametrize(
    ("action", "answers", "after", "told"),
    [
        ("take", {"points": "60"}, (40, 30, 80, 31), "Available 100.00 → 40.00, log 7"),
        (
            "freeze",
            {"points": "60", "reference": "H2"},
            (40, 90, 20, 55),
            "Available 100.00 → 40.00, frozen 30.00 → 90.00, log 7",
        ),
        (
            "release_hold",
            {"hold": "5/30"},
            (130, 0, 20, 55),
            "Available 100.00 → 130.00, frozen 30.00 → 0.00, log 7",
        ),
    ],
)
def test_moves_points(
    operator: Browser,
    points: Account,
    action: str,
    answers: dict[str, str],
    after: tuple[int, ...],
    told: str,
) -> None:
    assert told in text(fill(operator, points, action, **answers))
    assert figures(points) == after
    assert Log.objects.latest("pk").memo == "cash desk"
    assert Log.objects.get(log_type=5).memo == ""


def test_a_hold_expires_when_the_operator_said(operator: Browser, points: Account) -> None:
    fill(operator, points, "freeze", points="1", reference="H2", expires_at="2026-05-05 12:00:01")
    piece = HoldPiece.objects.get(reference="H2")
    assert piece.expires_at == NOON + timedelta(days=1, seconds=1)


def test_offers_the_open_holds_and_only_those(
    operator: Browser, points: Account, actor: Actor
) -> None:
    own: dict[str, Any] = {"holder": SCORE, "actor": actor}
    one = text(operator.get(page(points, "release_hold")))
    assert '<option value="5/30"' in one
    assert "#5 · H1 · 30.00 points" in one
    assert "Choose a hold" not in one
    later = Freeze(**own, points=Decimal(7), expires_at=NOON + timedelta(days=2))
    post([later, Freeze(**own, points=Decimal(3)), Release(**own, points=Decimal(3), hold=8)])
    several = text(operator.get(page(points, "release_hold")))
    assert "#7 · 7.00 points · until 2026-05-06 12:00:00" in several
    assert "#8" not in several
    assert "Choose a hold" in several


def test_cancels_a_lot(operator: Browser, points: Account) -> None:
    cancelled = lot("g2")
    answer = fill(operator, cancelled, "cancel_lot", whole="100")
    assert answer.redirect_chain[-1][0] == page(cancelled, "change")
    assert "Cancel the lot: Available 100.00 → 0.00, log 7" in text(answer)
    cancelled.refresh_from_db()
    assert (cancelled.cancelled, cancelled.cancelled_cost) == (Decimal(100), Decimal(40))
    assert figures(points) == (0, 30, 20, 15)
    assert Log.objects.latest("pk").memo == "cash desk"


def test_the_page_to_cancel_a_lot_knows_how_much_there_is(
    operator: Browser, points: Account
) -> None:
    assert 'name="whole" value="100"' in text(operator.get(page(lot("g2"), "cancel_lot")))
    assert 'name="whole" value="0"' in text(operator.get(page(lot("g1"), "cancel_lot")))


def test_offers_only_what_is_not_moot(operator: Browser, points: Account, actor: Actor) -> None:
    seen = text(operator.get(page(points, "change")))
    assert page(points, "release_hold") in seen
    assert page(points, "disable") in seen
    assert page(points, "enable") not in seen
    post(
        [Release(holder=SCORE, actor=actor, points=Decimal(30)), Disable(holder=SCORE, actor=actor)]
    )
    seen = text(operator.get(page(points, "change")))
    assert page(points, "release_hold") not in seen
    assert page(points, "disable") not in seen
    assert page(points, "enable") in seen
    for number, is_offered in (("g1", False), ("g2", True), ("g3", True)):
        seen = text(operator.get(page(lot(number), "change")))
        assert (page(lot(number), "cancel_lot") in seen) is is_offered


def test_disables_and_enables_with_a_note_of_each(operator: Browser, points: Account) -> None:
    assert "The account is disabled" in text(fill(operator, points, "disable"))
    assert "It was so already" in text(fill(operator, points, "disable"))
    refused = text(fill(operator, points, "take", points="1"))
    assert "Account disabled: The account is disabled." in refused
    assert "The account is enabled" in text(fill(operator, points, "enable"))
    notes = Note.objects.order_by("pk")
    assert [note.is_enabled for note in notes] == [False, True]
    assert {(note.actor, note.memo) for note in notes} == {("operator:olga", "cash desk")}
    assert "cash desk" in text(operator.get(page(points, "change")))


@pytest.mark.parametrize(
    ("action", "answers"),
    [
        ("grant", {"points": "10", "cost": "3"}),
        ("take", {"points": "10"}),
        ("freeze", {"points": "10", "reference": "H2"}),
        ("release_hold", {"hold": "5/30"}),
        ("cancel_lot", {"whole": "100"}),
    ],
)
def test_a_second_submission_of_the_same_page_books_once(
    operator: Browser, points: Account, action: str, answers: dict[str, str]
) -> None:
    row, key = lot("g2") if action == "cancel_lot" else points, str(uuid4())
    fill(operator, row, action, form_key=key, **answers)
    after, count = figures(points), Log.objects.count()
    again = fill(operator, row, action, form_key=key, **answers)
    assert "Done before, not again: Available 100.00 → " in text(again)
    assert (figures(points), Log.objects.count()) == (after, count)
    assert LogEntry.objects.count() == 1


def test_a_used_page_with_other_points_changes_nothing_and_gets_a_fresh_key(
    operator: Browser, points: Account
) -> None:
    key = str(uuid4())
    fill(operator, points, "take", points="10", form_key=key)
    answer = fill(operator, points, "take", points="20", form_key=key)
    assert "already used for another change" in text(answer)
    assert key not in text(answer)
    assert figures(points)[0] == 90


@pytest.mark.parametrize(
    ("action", "answers", "english", "chinese"),
    [
        ("take", {"points": "100.01"}, "Available: 100.00, asked: 100.01.", "可用"),
        ("freeze", {"points": "1000"}, "Available: 100.00, asked: 1,000.00.", "可用"),
        ("release_hold", {"hold": "5/29"}, "Available: 30.00, asked: 29.00.", "可用"),
        ("release_hold", {"hold": "99/1"}, "Available: 0.00, asked: 1.00.", "可用"),
        ("cancel_lot", {"whole": "99"}, "Available in this lot: 100.00", "该积分块可用"),
        (
            "grant",
            {"points": "1", "cost": "0", "expires_at": "2026-05-04T12:00"},
            "Must be in the future",
            "必须",
        ),
        (
            "grant",
            {"points": "1", "cost": "0", "expires_at": "soon"},
            "Must be a time, yyyy-MM-dd HH:mm:ss",
            "时间",
        ),
        ("grant", {"points": "89999999999999999", "cost": "0"}, "Leads out of the bounds", "超出"),
    ],
)
def test_a_refusal_is_shown_in_words_and_changes_nothing(
    operator: Browser,
    points: Account,
    action: str,
    answers: dict[str, str],
    english: str,
    chinese: str,
) -> None:
    row, before = lot("g2") if action == "cancel_lot" else points, figures(points)
    assert english in text(fill(operator, row, action, **answers))
    operator.cookies["django_language"] = "zh-hans"
    answer = text(fill(operator, row, action, **answers))
    assert english not in answer
    assert chinese in answer
    assert figures(points) == before
    assert not LogEntry.objects.exists()
    assert Log.objects.count() == 5


@pytest.mark.parametrize("hold", ["", "5", "x/1", "5/1/1", "5/-1", "5/1.234", "５/30"])
def test_takes_nothing_but_a_hold(operator: Browser, points: Account, hold: str) -> None:
    answer = fill(operator, points, "release_hold", hold=hold)
    assert answer.context["form"].errors["hold"]
    assert Log.objects.count() == 5


@pytest.mark.parametrize("name", ["points", "cost"])
@pytest.mark.parametrize("given", ["", "-5", "1.234", "1_0", "１0", "NaN", "1,000", "9" * 20])
def test_takes_no_other_figures_than_the_api(
    operator: Browser, points: Account, name: str, given: str
) -> None:
    answers = {"points": "1", "cost": "1", name: given}
    answer = fill(operator, points, "grant", **answers)
    assert answer.context["form"].errors[name]
    assert Log.objects.count() == 5


@pytest.mark.parametrize("reason", ["", "   ", "bell\a", "x" * 1025])
@pytest.mark.parametrize("action", ["take", "disable"])
def test_demands_a_reason(operator: Browser, points: Account, action: str, reason: str) -> None:
    answer = fill(operator, points, action, points="1", reason=reason)
    assert answer.context["form"].errors["reason"]
    assert (Log.objects.count(), Note.objects.count()) == (5, 0)


def test_what_has_expired_meanwhile_is_booked_first(
    operator: Browser, points: Account, actor: Actor, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=5))
    refused = fill(operator, lot("g2"), "cancel_lot", whole="100")
    assert "No such lot" in text(refused)
    post([Expire(holder=SCORE, actor=actor, most=10)])
    told = text(fill(operator, points, "release_hold", hold="5/30"))
    assert "Available 0.00 → 30.00, frozen 30.00 → 0.00" in told


@pytest.mark.parametrize("action", [*ACTIONS, "cancel_lot"])
def test_looking_changes_nothing(operator: Browser, points: Account, action: str) -> None:
    row, before = lot("g2") if action == "cancel_lot" else points, figures(points)
    asked = {"form_key": str(uuid4()), "whole": "100", "reason": "x", **SPENT}
    for method in (operator.get, operator.head):
        assert method(page(row, action), asked).status_code == 200
    assert figures(points) == before
    assert Account.objects.get().is_enabled


@pytest.mark.parametrize("action", [*ACTIONS, "cancel_lot"])
@pytest.mark.parametrize("permission", ["wallets.adjust_account", "adjust_package"])
def test_who_may_not_adjust_points_gets_403(
    sign_in: Callable[..., Browser], points: Account, action: str, permission: str
) -> None:
    row = lot("g2") if action == "cancel_lot" else points
    browser = sign_in("points.view_account", "view_lot", "view_log", permission, name="vera")
    assert browser.get(page(row, action)).status_code == 403
    assert fill(browser, row, action, whole="100", **SPENT).status_code == 403
    assert page(row, action) not in text(browser.get(page(row, "change")))
    assert (Log.objects.count(), Note.objects.count()) == (5, 0)


@pytest.mark.parametrize("action", [*ACTIONS, "cancel_lot"])
def test_an_unknown_row_is_not_there(operator: Browser, points: Account, action: str) -> None:
    row = lot("g2") if action == "cancel_lot" else points
    row.pk += 1000
    assert operator.get(page(row, action)).status_code == 404


def test_a_forged_page_is_refused(operator: Browser, points: Account) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = operator.cookies
    answer = browser.post(page(points, "take"), {"points": "5", "reason": "x"})
    assert answer.status_code == 403
    assert Log.objects.count() == 5
