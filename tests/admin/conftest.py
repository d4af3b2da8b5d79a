"""Who works in the back office, and what they find there."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client as Browser

from clients.models import Tenant
from ledger.posting import post
from ledger.refusals import Refusal
from ledger.terms import Actor
from packages_app import commands as packages
from packages_app.models import Package
from points import commands as points_app
from points.models import Account as PointAccount
from points.models import Log
from wallets.commands import Add, Create, Wallet
from wallets.models import Account

ANN = Wallet("t1", "-", "u1")
WASHES = packages.Package("t1", "-", "u1", "8001")
SCORE = points_app.Points("t1", "score", "u1", "s1")
TODAY = date(2026, 5, 4)
POINTS = ("view_lot", "view_log", "view_holdpiece", "view_pointtype")
NOON = datetime(2026, 5, 4, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def account(db: None, actor: Actor) -> Account:
    """Return an account that holds 120.50 from trade 8970."""
    Tenant.objects.create(ident="t1")
    answers = post(
        [
            Create(holder=ANN, actor=actor, name="Ann"),
            Add(holder=ANN, actor=actor, number="8970", amount=Decimal("120.50"), memo="top-up"),
        ]
    )
    assert not any(isinstance(answer, Refusal) for answer in answers)
    return Account.objects.get()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at noon of an ordinary day."""
    with time_machine.travel(NOON, tick=False) as stopped:
        yield stopped


@pytest.fixture
def package(clock: time_machine.Traveller, account: Account, actor: Actor) -> Package:
    """Return a package that holds 96 of 100: 4 were used today by trade 9001, of 10 a day."""
    holders: dict[str, Any] = {"holder": WASHES, "account": ANN, "actor": actor}
    sale = packages.Create(name="洗车", capacity=100, daily_limit=10, **holders)
    answers = post([sale, packages.Deduct(number="9001", quantity=4, **holders)])
    assert not any(isinstance(answer, Refusal) for answer in answers)
    return Package.objects.get()


@pytest.fixture
def points(clock: time_machine.Traveller, db: None, actor: Actor) -> PointAccount:
    """Return an account of 130 points worth 55: 50 more expired at noon, which nobody has booked.

    Of the 130, 30 are held under H1, and 100 expire in five days. 20 were spent.
    """
    Tenant.objects.create(ident="t1")
    mine: dict[str, Any] = {"holder": SCORE, "actor": actor}
    hour = timedelta(hours=1)
    clock.shift(-hour)
    steps = [
        points_app.Increase(
            **mine,
            number="g1",
            points=Decimal(70),
            cost=Decimal(35),
            name="Ann",
            reference="O1",
            expires_at=NOON,
        ),
        points_app.Decrease(**mine, number="d1", points=Decimal(20), reference="B1"),
        points_app.Increase(
            **mine,
            number="g2",
            points=Decimal(100),
            cost=Decimal(40),
            reference="O2",
            expires_at=NOON + timedelta(days=5),
        ),
        points_app.Increase(**mine, number="g3", points=Decimal(30), cost=Decimal(15)),
    ]
    answers = post(steps)
    lot = answers[-1].line(Log).lines()[0].lot  # type: ignore[union-attr]
    answers += post(
        [points_app.Freeze(**mine, number="f1", points=Decimal(30), reference="H1", lot_id=lot.pk)]
    )
    assert not any(isinstance(answer, Refusal) for answer in answers)
    clock.shift(hour)
    return PointAccount.objects.get()


@pytest.fixture
def sign_in(db: None) -> Callable[..., Browser]:
    """Return a way to make an operator with these permissions, of any app or `app.…`; signed in."""

    def make(*permissions: str, name: str = "olga") -> Browser:
        user = User.objects.create_user(name, is_staff=True)
        for permission in permissions:
            app, _dot, codename = permission.rpartition(".")
            of_app = {"content_type__app_label": app} if app else {}
            user.user_permissions.add(*Permission.objects.filter(codename=codename, **of_app))
        browser = Browser()
        browser.force_login(user)
        return browser

    return make


@pytest.fixture
def operator(sign_in: Callable[..., Browser]) -> Browser:
    """Return somebody who may see and adjust accounts and packages."""
    accounts = ("view_account", "add_account", "adjust_account")
    return sign_in(*accounts, "view_package", "adjust_package", "view_record", *POINTS)


@pytest.fixture
def viewer(sign_in: Callable[..., Browser]) -> Browser:
    """Return somebody who may look only."""
    return sign_in("view_account", "view_package", "view_record", *POINTS, name="vera")


@pytest.fixture
def root(db: None) -> Browser:
    """Return a superuser."""
    browser = Browser()
    browser.force_login(User.objects.create_superuser("root"))
    return browser
