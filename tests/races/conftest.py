"""Committed customers, whom every thread and process can see; with group commit and without."""

import pytest
from pytest_django import Settings

from tests.wallets.conftest import sound_ledger
from tests.wallets.support import Customer, do

__all__ = ["sound_ledger"]


@pytest.fixture(params=[True, False], ids=["grouped", "each alone"], autouse=True)
def group_commit(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Switch group commit on or off, here and in every process that a test starts."""
    is_on: bool = request.param
    settings.LEDGER_GROUP_COMMIT = is_on
    monkeypatch.setenv("GROUP_COMMIT", str(int(is_on)))
    return is_on


@pytest.fixture
def ann(transactional_db: None, sound_ledger: None) -> Customer:
    """Return a customer with 100; the ledger must be sound when the test is over."""
    return opened("ann")


@pytest.fixture
def bob(transactional_db: None) -> Customer:
    """Return another customer with 100."""
    return opened("bob")


def opened(user: str) -> Customer:
    """Open an account with 100."""
    customer = Customer(user)
    do(customer.create())
    do(customer.add("start", 100))
    return customer
