"""Two customers with a hundred each; whatever a test does, the ledger must be sound after it."""

from collections.abc import Iterator

import pytest

from tests.wallets.support import Customer, do, faults


@pytest.fixture
def sound_ledger(db: None) -> Iterator[None]:
    """Find nothing wrong with the ledger when the test is over."""
    yield
    assert faults() == []


@pytest.fixture(autouse=True)
def _always_sound(request: pytest.FixtureRequest) -> None:
    if {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("sound_ledger")


@pytest.fixture
def ann(db: None) -> Customer:
    """Return a customer with 100."""
    return _with_a_hundred(Customer("ann"))


@pytest.fixture
def bob(db: None) -> Customer:
    """Return another customer with 100."""
    return _with_a_hundred(Customer("bob"))


def _with_a_hundred(customer: Customer) -> Customer:
    do(customer.create(customer.user.title()))
    do(customer.add("start", 100))
    return customer
