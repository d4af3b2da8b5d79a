"""What the door's tests start from."""

import pytest
import time_machine
from django.db import connection

from ledger.book import VERBS, WORDINGS
from tests.conftest import Api
from tests.http.doors import DoorHandler
from tests.http.envelopes import GRANTING, open_accounts
from tests.http.points import stock
from tests.http.support import fund
from tests.points.conftest import clock
from tests.points.support import Caller
from tests.wallets.conftest import sound_ledger

__all__ = ["clock", "sound_ledger"]


@pytest.fixture
def funded(api: Api) -> Api:
    """Return a caller with an account that holds 60 and has four records, and with points."""
    fund()
    stock()
    return api


@pytest.fixture
def caller(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Return a caller with an account that holds 60, where answers are envelopes."""
    monkeypatch.setitem(VERBS, GRANTING.command, GRANTING.verb)
    monkeypatch.setitem(WORDINGS, GRANTING.command, GRANTING.answer.wording)
    open_accounts(60)
    return api


@pytest.fixture
def ann(clock: time_machine.Traveller, api: Api) -> Caller:
    """Return who asks the points paths about Ann, who has no account yet; the clock stands."""
    return Caller(api)


# On other databases, the one that the server uses: doors know nothing of databases.
DOORS = ["drf", "asgi"] if connection.vendor == "sqlite" else ["asgi"]


@pytest.fixture(params=DOORS, autouse=True)
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Send every call of Django's test client through one door, then through the other."""
    name: str = request.param
    if name == "asgi":
        monkeypatch.setattr("django.test.client.ClientHandler", DoorHandler)
    return name
