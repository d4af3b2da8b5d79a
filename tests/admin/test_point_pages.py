"""The pages of point accounts, lots, holds and logs: each leads to what it is made of."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from ledger.posting import post
from ledger.terms import Actor
from points.commands import AddType, Decrease, Freeze, Increase, Points, PointType, Release
from points.models import Account, HoldPiece, Log, LotLog
from tests.admin.conftest import SCORE
from tests.admin.points import (
    ACCOUNTS,
    DESK,
    LINES,
    LISTS,
    LOGS,
    LOTS,
    PIECES,
    TYPES,
    grant,
    lot,
    page,
    read,
)
from tests.admin.support import XSS, found, text

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.parametrize(("address", "count"), [(LOTS, 3), (PIECES, 1), (LOGS, 5), (LINES, 5)])
def test_an_account_leads_to_all_that_is_its(
    viewer: Browser, points: Account, actor: Actor, address: str, count: int
) -> None:
    grant(actor)
    if address != LINES:
        assert f'href="{address}?account={points.pk}"' in read(viewer, page(points))
    assert len(found(viewer, address, account=str(points.pk))) == count
    assert viewer.get(address, {"account": "x"})["Location"] == f"{address}?e=1"


def test_an_account_shows_its_lots_holds_and_logs(viewer: Browser, points: Account) -> None:
    said = read(viewer, page(points))
    held, freeze = lot("g3"), Log.objects.get(number="f1")
    for link in (page(held), page(lot("g2")), page(freeze)):
        assert f'href="{link}"' in said
    assert page(lot("g1")) not in said
    for word in ("H1", "30.00 / 30.00", "100.00 / 100.00", "API client tester", "f1"):
        assert word in said


def test_a_hold_is_shown_whole(viewer: Browser, points: Account, actor: Actor) -> None:
    lots = [grant(actor, number=f"h{n}").pk for n in range(7)]
    post(
        [
            Freeze(
                holder=Points("t1", "score", "u2"), actor=actor, points=Decimal(65), reference="H7"
            )
        ]
    )
    said = read(viewer, page(Account.objects.get(user="u2"))).partition("Open holds")[2]
    assert '<span class="amount">65.00</span>' in said
    assert f"#{lots[4]}</a> + 2" in said


def test_a_lot_shows_where_its_points_went_and_who_took_them(
    viewer: Browser, points: Account
) -> None:
    said = read(viewer, page(lot("g1")))
    for number in ("g1", "d1"):
        assert f'href="{page(Log.objects.get(number=number))}"' in said
    assert page(Log.objects.get(number="g2")) not in said
    used = said.partition("Where its points are")[2].partition("Used")[2]
    assert re.findall(r'class="amount">([\d.]+)<', used)[:2] == ["20.00", "10.00"]
    assert f'href="{LINES}?lot={lot("g1").pk}"' in said
    assert len(found(viewer, LINES, lot=str(lot("g1").pk))) == 2
    assert "Held of it" in said
    assert "H1" in read(viewer, PIECES, lot=str(lot("g3").pk))


def test_a_log_shows_its_lots_its_key_and_the_logs_of_its_operation(
    viewer: Browser, points: Account, actor: Actor
) -> None:
    post([Decrease(holder=SCORE, actor=actor, number="d2", points=Decimal(1), reference="B2")])
    spent = Log.objects.get(number="d2")
    expiry = Log.objects.get(log_type=5)
    said = read(viewer, page(spent))
    for word in ("d2", "B2", "request-1", spent.hash.hex(), "intact", "API client tester"):
        assert word in said
    for link in (page(lot("g2")), page(expiry), page(points)):
        assert f'href="{link}"' in said
    assert found(viewer, LOGS, operation=str(spent.pk)) == [spent.pk, expiry.pk]
    assert found(viewer, LINES, log=str(spent.pk)) == [LotLog.objects.get(log=spent).pk]
    assert f'href="{page(spent)}"' in read(viewer, page(expiry))


@pytest.mark.parametrize("table", ["points_log", "points_lotlog"])
def test_an_edited_log_or_lot_log_shows_as_broken(
    viewer: Browser, points: Account, table: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET delta = delta + 1")  # noqa: S608
    assert "broken" in read(viewer, page(Log.objects.get(number="f1")))


def test_a_held_piece_leads_to_its_lot_and_the_log_that_froze_it(
    viewer: Browser, points: Account, actor: Actor
) -> None:
    piece = HoldPiece.objects.get()
    said = read(viewer, page(piece))
    for link in (page(points), page(lot("g3")), page(Log.objects.get(number="f1"))):
        assert f'href="{link}"' in said
    assert f'href="{page(piece)}"' in read(viewer, page(lot("g3")))
    post([Release(holder=SCORE, actor=actor, points=Decimal(30))])
    assert "closed" in read(viewer, page(piece))
    assert found(viewer, PIECES, open="no") == [piece.pk]


def test_a_type_leads_to_its_accounts(viewer: Browser, points: Account, actor: Actor) -> None:
    post([AddType(holder=PointType("t1", "gold"), actor=actor)])
    said = read(viewer, TYPES)
    assert f'href="{ACCOUNTS}?tenant=t1&amp;type=score"' in said
    assert "Soonest expiry first" in said


def test_hides_what_somebody_may_not_see(sign_in: Callable[..., Browser], points: Account) -> None:
    browser = sign_in("wallets.view_account", "view_record", name="wanda")
    for address in (*LISTS, page(points), page(lot("g1"))):
        assert browser.get(address).status_code == 403
    assert DESK not in text(browser.get("/admin/"))
    browser = sign_in("points.view_account", name="pia")
    said = read(browser, page(points))
    for word in ("Open lots", "Open holds", "Latest logs", "H1"):
        assert word not in said
    assert browser.get(LINES).status_code == 403
    browser = sign_in("view_lot", name="lou")
    assert "Held of it" not in read(browser, page(lot("g3")))
    browser = sign_in("view_log", name="lea")
    assert "Lots it touched" not in read(browser, page(Log.objects.get(number="f1")))
    assert browser.get(LINES).status_code == 200


def test_texts_are_escaped_everywhere(operator: Browser, points: Account, actor: Actor) -> None:
    evil: dict[str, Any] = {"holder": Points("t1", "score", XSS, XSS), "actor": actor}
    post(
        [
            Increase(
                **evil, number=XSS, points=Decimal(5), name=XSS, reference=XSS, tag=XSS, memo=XSS
            ),
            Freeze(**evil, points=Decimal(5), reference=XSS),
        ]
    )
    owner, log = Account.objects.get(user=XSS), Log.objects.get(number=XSS)
    rows = (owner, log, lot(XSS), HoldPiece.objects.get(reference=XSS))
    for address in (*LISTS[:5], *map(page, rows), f"{ACCOUNTS}{owner.pk}/release_hold/"):
        said = text(operator.get(address))
        assert XSS not in said
        assert "&lt;script&gt;alert(1)" in said
