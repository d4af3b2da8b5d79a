"""Who works in the back office, and what they find there."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
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
from wallets.commands import Add, Create, Wallet
from wallets.models import Account

ANN = Wallet("t1", "-", "u1")
WASHES = packages.Package("t1", "-", "u1", "8001")
TODAY = date(2026, 5, 4)
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
def sign_in(db: None) -> Callable[..., Browser]:
    """Return a way to make an operator with these permissions and to sign in."""

    def make(*codenames: str, name: str = "olga") -> Browser:
        user = User.objects.create_user(name, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        browser = Browser()
        browser.force_login(user)
        return browser

    return make


@pytest.fixture
def operator(sign_in: Callable[..., Browser]) -> Browser:
    """Return somebody who may see and adjust accounts and packages."""
    accounts = ("view_account", "add_account", "adjust_account")
    return sign_in(*accounts, "view_package", "adjust_package", "view_record")


@pytest.fixture
def viewer(sign_in: Callable[..., Browser]) -> Browser:
    """Return somebody who may look only."""
    return sign_in("view_account", "view_package", "view_record", name="vera")


@pytest.fixture
def root(db: None) -> Browser:
    """Return a superuser."""
    browser = Browser()
    browser.force_login(User.objects.create_superuser("root"))
    return browser
