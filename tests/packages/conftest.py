"""Packages of a hundred washes; whatever a test does, the ledger must be sound after it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from pytest_django import Settings

from tests.packages.support import TODAY, Pack, moment
from tests.support import do, faults
from tests.wallets.conftest import _always_sound, ann, bob
from tests.wallets.support import Customer

__all__ = ["_always_sound", "ann", "bob"]


@pytest.fixture
def sound_ledger(db: None, settings: Settings) -> Iterator[None]:
    """Find nothing wrong with the ledger when the test is over, in the time zone it chose."""
    yield
    assert faults() == []


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at noon of an ordinary day."""
    with time_machine.travel(moment(f"{TODAY} 12:00:00"), tick=False) as stopped:
        yield stopped


@pytest.fixture
def pack(clock: time_machine.Traveller, ann: Customer) -> Pack:
    """Return a package of 100, with no daily limit."""
    package = Pack(ann)
    do(package.create(100))
    return package


@pytest.fixture
def limited(pack: Pack) -> Pack:
    """Return another package of the same account: 100, of which 10 may be used a day."""
    package = replace(pack, code="limited")
    do(package.create(100, daily_limit=10))
    return package
