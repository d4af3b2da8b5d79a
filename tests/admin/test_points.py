"""Point accounts, lots, holds and logs: found by ids, listed as they are now, never touched."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from ledger.posting import post
from ledger.terms import Actor
from points.commands import Disable, Freeze, Increase, Points
from points.models import Account, HoldPiece, Log, LotLog
from tests.admin.conftest import NOON, SCORE
from tests.admin.points import (
    ACCOUNTS,
    DAY,
    LINES,
    LISTS,
    LOGS,
    LOTS,
    PIECES,
    QUERIES_MAX,
    TYPES,
    cards,
    grant,
    lot,
    page,
    read,
)
from tests.admin.support import english, found, text

pytestmark = pytest.mark.usefixtures("clock")


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
