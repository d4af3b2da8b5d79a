"""Committed customers, whom every thread and process can see."""

import pytest

from tests.wallets.conftest import sound_ledger
from tests.wallets.support import Customer, do

__all__ = ["sound_ledger"]


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
