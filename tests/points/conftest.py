"""A stopped clock, a customer and a caller; whatever a test does, the ledger must be sound."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.conftest import Api
from tests.points.scenarios import START
from tests.points.support import Caller, Customer
from tests.wallets.conftest import _always_sound, sound_ledger

__all__ = ["_always_sound", "sound_ledger"]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock."""
    with time_machine.travel(START, tick=False) as stopped:
        yield stopped


@pytest.fixture
def ann(clock: time_machine.Traveller, db: None) -> Customer:
    """Return a customer who has no account yet."""
    return Customer("ann")


@pytest.fixture
def caller(clock: time_machine.Traveller, api: Api) -> Caller:
    """Return a caller that asks about Ann."""
    return Caller(api)
