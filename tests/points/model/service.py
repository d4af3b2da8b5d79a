"""The model as tests use it."""

import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.points.model import operations
from tests.points.model.answers import Refused, Said
from tests.points.model.checking import check
from tests.points.model.state import Account, Key, State


@dataclass(frozen=True)
class Seen:
    """What queries show of an account, by wire names; lots and holds in order of creation."""

    account: dict[str, Any]
    lots: list[dict[str, Any]]
    holds: list[dict[str, Any]]


class Model:
    """All point types and accounts of one tenant.

    A lot's recId is its place in the order in which the model's lots were made, from 1. A test
    maps real ids to it by counting: after an increase that was done, the new lot is `lots_made`.
    """

    def __init__(self) -> None:
        self.state = State()

    @property
    def types(self) -> dict[str, str]:
        """The spending order of each point type, by name."""
        return self.state.types

    @property
    def accounts(self) -> dict[Key, Account]:
        """All accounts, with what is booked on them."""
        return self.state.accounts

    @property
    def lots_made(self) -> int:
        """How many lots there are, which is the id of the newest."""
        return self.state.lots_made

    def call(self, operation: str, *, now: datetime, **parameters: Any) -> Said | Refused:
        """Carry an operation out; a refused one changes nothing."""
        trial = copy.deepcopy(self.state)
        try:
            said = operations.run(trial, operation, now, parameters)
        except Refused as refused:
            return Refused(refused.status)
        self.state = trial
        return said

    def seen(self, key: tuple[str, ...], now: datetime) -> Seen | None:
        """Return an account as queries show it: what has expired counts, booked or not."""
        account = self.state.accounts.get(Key(*key))
        if account is None:
            return None
        settled = copy.deepcopy(account)
        operations.settle(settled, now)
        return Seen(
            account={**settled.facts(), "seqNum": len(account.logs)},
            lots=[lot.facts() for lot in settled.lots],
            holds=[hold.facts() for hold in settled.holds],
        )

    def check(self) -> None:
        """Assert what is always so."""
        for account in self.state.accounts.values():
            check(account)
        numbers = [lot.number for each in self.state.accounts.values() for lot in each.lots]
        assert sorted(numbers) == list(range(1, self.lots_made + 1))
