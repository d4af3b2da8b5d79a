"""Point accounts, lots, holds and logs: found by ids, shown as they are now, never touched."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from ledger.posting import post
from ledger.terms import Actor
from points.commands import AddType, Decrease, Disable, Freeze, Increase, Points, PointType, Release
from points.models import Account, HoldPiece, Log, Lot, LotLog
from tests.admin.conftest import NOON, SCORE
from tests.admin.support import XSS, english, found, text

pytestmark = pytest.mark.usefixtures("clock")

DESK = "/admin/points/"
ACCOUNTS, LOTS, PIECES, LOGS, LINES, TYPES = (
    f"{DESK}{name}/" for name in ("account", "lot", "holdpiece", "log", "lotlog", "pointtype")
)
LISTS = (ACCOUNTS, LOTS, PIECES, LOGS, LINES, TYPES)
QUERIES_MAX = 22
DAY = timedelta(days=1)


def page(row: Any) -> str:
    return f"{DESK}{row._meta.model_name}/{row.pk}/change/"


def read(browser: Browser, address: str, **parameters: str) -> str:
    """Return a page on one line."""
    return re.sub(r"\s+", " ", text(browser.get(address, parameters)))


def grant(actor: Actor, user: str = "u2", *, points: int = 10, **how: Any) -> Lot:
    """Grant points to somebody else and return the lot."""
    holder = Points("t1", "score", user)
    post([Increase(holder=holder, actor=actor, points=Decimal(points), **how)])
    return Lot.objects.latest("pk")


def lot(number: str) -> Lot:
    """Return the lot that a log granted."""
    return Lot.objects.get(logs__log__number=number, logs__log_type=1)


def cards(browser: Browser, address: str) -> list[str]:
    """Return the figures on top of a page."""
    figures = re.findall(r'text-xl">(.*?)</div>', read(browser, address))
    return [re.sub(r"<[^>]+>", " ", figure).strip() for figure in figures]


@pytest.mark.parametrize(
    "typed", ["u1", "u", "s1", "Ann", "nn", "g1", "O1", "f1", "H1", "B1", " u1 "]
)
def test_finds_an_account(viewer: Browser, points: Account, actor: Actor, typed: str) -> None:
    grant(actor, "v2")
    assert found(viewer, ACCOUNTS, q=typed) == [points.pk]


@pytest.mark.parametrize("typed", ["S1", "s", "g", "o1", "%", "99", "#0", "#"])
def test_finds_no_account_by_anything_else(viewer: Browser, points: Account, typed: str) -> None:
    assert found(viewer, ACCOUNTS, q=typed) == []


def test_a_lot_is_found_by_its_id_and_an_account_by_it(
    viewer: Browser, points: Account, actor: Actor
) -> None:
    mine = lot("g3")
    grant(actor, f"{mine.pk}0")
    for address, expected in (
        (ACCOUNTS, [points.pk]),
        (LOTS, [mine.pk]),
        (PIECES, [mine.pieces.get().pk]),
        (LOGS, [Log.objects.get(number=number).pk for number in ("f1", "g3")]),
    ):
        assert found(viewer, address, q=f"#{mine.pk}") == expected
        if address != ACCOUNTS:  # There, a user id that begins so goes first.
            assert found(viewer, address, q=f"{mine.pk}") == expected


@pytest.mark.parametrize(
    ("address", "typed", "count"),
    [
        (LOTS, "u1", 3),
        (LOTS, "s1", 3),
        (LOTS, "O2", 1),
        (LOTS, "B1", 1),
        (LOTS, "d1", 1),
        (LOTS, "u", 0),
        (PIECES, "u1", 1),
        (PIECES, "H1", 1),
        (PIECES, "f1", 0),
        (LOGS, "u1", 5),
        (LOGS, "f1", 1),
        (LOGS, "H1", 1),
        (LOGS, "H", 0),
        (TYPES, "sc", 1),
        (TYPES, "core", 0),
    ],
)
def test_finds_what_belongs_to_an_id(
    viewer: Browser, points: Account, actor: Actor, address: str, typed: str, count: int
) -> None:
    grant(actor)
    assert len(found(viewer, address, q=typed)) == count


def test_an_account_shows_what_is_true_now_though_nothing_has_booked_it(
    viewer: Browser, points: Account, clock: time_machine.Traveller
) -> None:
    assert points.available == 150
    assert cards(viewer, page(points)) == ["100.00", "30.00", "55.00", "100.00", "100.00", "50.00"]
    row = read(viewer, ACCOUNTS)
    for figure in ("100.00", "30.00", "20.00", "55.00"):
        assert f'<span class="amount">{figure}</span>' in row
    assert 'day-soon"><span class="one-line">100.00</span> <span class="one-line">5 days' in row
    clock.shift(-timedelta(seconds=1))
    figures = ["150.00", "30.00", "80.00", "150.00", "150.00", "0.00"]
    assert cards(viewer, page(points)) == figures


def test_what_an_expired_hold_has_given_back_counts(
    viewer: Browser, points: Account, actor: Actor, clock: time_machine.Traveller
) -> None:
    hold = Freeze(
        holder=SCORE, actor=actor, points=Decimal(100), lot_id=lot("g2").pk, expires_at=NOON + DAY
    )
    post([hold])
    assert cards(viewer, page(points)) == ["0.00", "130.00", "55.00", "0.00", "0.00", "0.00"]
    assert "#6</a>" in read(viewer, page(points))
    clock.shift(DAY)
    assert cards(viewer, page(points)) == ["100.00", "30.00", "55.00", "100.00", "100.00", "0.00"]
    assert cards(viewer, page(lot("g2")))[:2] == ["100.00 / 100.00", "100.00"]
    assert "#6</a>" not in read(viewer, page(points)).partition("Latest logs")[0]
    assert "expired, not yet booked" in read(viewer, PIECES)
    assert len(found(viewer, PIECES, open="unbooked")) == 1
    clock.shift(5 * DAY)
    assert cards(viewer, page(points))[:2] == ["0.00", "30.00"]


@pytest.mark.parametrize(
    ("ahead", "colour", "narrowed"),
    [
        (timedelta(seconds=1), "soon", {"7", "30"}),
        (7 * DAY, "soon", {"7", "30"}),
        (7 * DAY + timedelta(seconds=1), "soon", {"30"}),
        (8 * DAY, "near", {"30"}),
        (30 * DAY, "near", {"30"}),
        (31 * DAY, "far", set()),
        (None, "", {"never"}),
    ],
)
def test_an_expiry_is_coloured_and_sought_by_how_near_it_is(
    viewer: Browser,
    points: Account,
    actor: Actor,
    ahead: timedelta | None,
    colour: str,
    narrowed: set[str],
) -> None:
    made = grant(actor, expires_at=ahead and NOON + ahead)
    for address in (f"{LOTS}?q=u2", page(made)):
        said = read(viewer, address)
        assert f'class="day day-{colour}"' in said if colour else "Never" in said
    chosen = {
        value
        for value in ("7", "30", "expired", "never")
        if made.pk in found(viewer, LOTS, expiry=value)
    }
    assert chosen == narrowed
    owner = made.account_id
    soon = {value for value in ("7", "30") if owner in found(viewer, ACCOUNTS, expiring=value)}
    assert soon == narrowed & {"7", "30"}


def test_an_expired_lot_has_nothing_left(viewer: Browser, points: Account) -> None:
    expired = lot("g1")
    assert found(viewer, LOTS, expiry="expired") == [expired.pk]
    assert found(viewer, ACCOUNTS, expiring="unbooked") == [points.pk]
    assert found(viewer, LOTS, left="some") == [lot("g2").pk]
    assert set(found(viewer, LOTS, left="none")) == {expired.pk, lot("g3").pk}
    said = read(viewer, page(expired))
    assert '0.00 / 70.00</span><progress value="0" max="70"' in said
    assert "day-expired" in said


@pytest.mark.parametrize(
    ("narrowed", "count"),
    [
        (f"{ACCOUNTS}?tenant=t1", 2),
        (f"{ACCOUNTS}?tenant=t2", 0),
        (f"{ACCOUNTS}?type=score", 2),
        (f"{ACCOUNTS}?type=gold", 0),
        (f"{ACCOUNTS}?enabled=yes", 1),
        (f"{ACCOUNTS}?enabled=no", 1),
        (f"{ACCOUNTS}?enabled=perhaps", 2),
        (f"{ACCOUNTS}?expiring=7", 1),
        (f"{LOTS}?tenant=t1", 4),
        (f"{PIECES}?open=yes", 1),
        (f"{PIECES}?open=no", 0),
        (f"{LOGS}?log_type__exact=3", 1),
        (f"{LOGS}?period=today", 6),
        (f"{LOGS}?period=yesterday", 0),
        (f"{LINES}?log_type__exact=2", 1),
        (f"{TYPES}?tenant=t1", 1),
    ],
)
def test_narrows_a_list(
    viewer: Browser, points: Account, actor: Actor, narrowed: str, count: int
) -> None:
    grant(actor)
    post([Disable(holder=Points("t1", "score", "u2"), actor=actor)])
    assert len(found(viewer, narrowed)) == count


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


def test_not_even_a_superuser_touches_what_the_ledger_keeps(root: Browser, points: Account) -> None:
    rows = (points, lot("g1"), HoldPiece.objects.get(), Log.objects.get(number="f1"))
    for address in LISTS:
        assert root.get(f"{address}add/").status_code == 403
        assert root.post(f"{address}add/", {"user": "x"}).status_code == 403
    for row in (*rows, LotLog.objects.latest("pk")):
        assert root.get(page(row)).status_code == 200
        assert root.post(page(row), {"name": "x", "points": 1}).status_code == 403
        delete = page(row).replace("change", "delete")
        assert root.post(delete, {"post": "yes"}).status_code == 403
    assert Account.objects.get().name == "Ann"
    assert Log.objects.count() == 5


def test_permissions_of_points_read_apart_from_those_of_wallets(root: Browser) -> None:
    said = text(root.get("/admin/auth/group/add/"))
    for words in ("Point account: adjust by hand", "Lot: see", "Held piece: see", "Point log: see"):
        assert f">{words}<" in said
    for words in ("Point account: add", "Lot: change", "Lot log: see", "Type of points: add"):
        assert words not in said
    assert ">Account: add<" in said


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


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        ACCOUNTS,
        f"{ACCOUNTS}?q=u&tenant=t1&type=score&expiring=30&enabled=yes",
        f"{ACCOUNTS}{{account}}/change/",
        f"{ACCOUNTS}{{account}}/history/",
        f"{ACCOUNTS}{{account}}/release_hold/",
        LOTS,
        f"{LOTS}?q=u1&tenant=t1&expiry=7&left=some&account={{account}}",
        f"{LOTS}{{lot}}/change/",
        PIECES,
        f"{PIECES}?q=H1&open=yes&account={{account}}",
        LOGS,
        f"{LOGS}?q=f1&tenant=t1&log_type__exact=3&period=today&account={{account}}",
        f"{LOGS}{{log}}/change/",
        f"{LINES}?lot={{lot}}",
        TYPES,
    ],
)
def test_a_page_takes_few_queries_however_long_the_list_is(
    operator: Browser, points: Account, actor: Actor, address: str
) -> None:
    keys = {"account": points.pk, "lot": lot("g3").pk, "log": Log.objects.get(number="f1").pk}
    mine = [
        Increase(holder=SCORE, actor=actor, points=Decimal(2), expires_at=NOON + DAY),
        Freeze(holder=SCORE, actor=actor, points=Decimal(1)),
    ]
    counts = []
    operator.get(address.format(**keys))  # Django remembers content types.
    for more in (55, 20):
        post(mine * 10)
        for number in range(more):
            grant(actor, f"u{more}{number}", expires_at=NOON + 3 * DAY)
        with CaptureQueriesContext(connection) as queries:
            assert operator.get(address.format(**keys)).status_code == 200
        counts.append(len(queries))
        for query in queries:
            if not re.search(r"FROM .points_account", query["sql"]):
                assert "LIKE" not in query["sql"].upper()
    assert counts[0] == counts[1]
    assert counts[1] <= QUERIES_MAX


@pytest.mark.parametrize(
    "address",
    [
        ACCOUNTS,
        f"{ACCOUNTS}?expiring=7&enabled=yes",
        f"{ACCOUNTS}{{account}}/change/",
        *(
            f"{ACCOUNTS}{{account}}/{name}/"
            for name in ("grant", "take", "freeze", "release_hold", "disable", "enable")
        ),
        f"{LOTS}?expiry=never",
        LOTS,
        f"{LOTS}{{lot}}/change/",
        f"{LOTS}{{lot}}/cancel_lot/",
        PIECES,
        f"{PIECES}{{piece}}/change/",
        LOGS,
        f"{LOGS}{{log}}/change/",
        LINES,
        f"{TYPES}",
    ],
)
def test_a_chinese_page_has_no_english_left(
    root: Browser, points: Account, actor: Actor, address: str
) -> None:
    post([Disable(holder=SCORE, actor=actor, memo="x")])
    grant(actor, expires_at=NOON + timedelta(hours=1))
    root.cookies["django_language"] = "zh-hans"
    log = Log.objects.get(number="f1")
    keys = {"account": points.pk, "lot": lot("g3").pk, "log": log.pk}
    keys["piece"] = HoldPiece.objects.get().pk
    words = english(root.get(address.format(**keys)))
    assert [word for word in words if word != "score" and "t1 / score" not in word] == []
