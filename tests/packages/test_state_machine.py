"""All operations in any order and at any time, against packages in plain Python."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pytest_django import Settings

from ledger.posting import post
from packages_app.commands import PackageCommand
from packages_app.models import Package, Record
from tests.machines import expected, outcome, run
from tests.packages import model
from tests.packages.support import LARGEST, Pack, moment
from tests.support import CLIENT, OPERATOR, faults
from tests.wallets.support import Customer
from wallets.commands import WalletCommand

# Zones and evenings: an ordinary one, before an hour is skipped, before one comes twice, and
# before a day that has no midnight.
EVENINGS = {
    "Asia/Shanghai": ("2026-05-04",),
    "America/New_York": ("2026-03-07", "2026-10-31"),
    "America/Santiago": ("2026-04-03", "2026-09-05"),
}
HOUR = timedelta(hours=1)
Posted = PackageCommand | WalletCommand

tenants = (f"run-{number}" for number in count())
users = st.sampled_from(["ann", "ann", "bob"])
codes = st.sampled_from(["washes", "washes", "WASHES"])
numbers = st.sampled_from(["1", "2", "3", "a", "A"])
quantities = st.one_of(st.sampled_from([1, 2, 5, 10, LARGEST]), st.integers(1, 30))
capacities = st.sampled_from([0, 1, 20, 100, LARGEST])
limits = st.sampled_from([0, 5, 10, 10, 30])
lives = st.sampled_from([timedelta(days=days) for days in (-1, 0, 1, 2, 20_000)])
passing = st.sampled_from([timedelta(seconds=1), HOUR, 5 * HOUR, 23 * HOUR, 24 * HOUR, 25 * HOUR])
customers = st.builds(Customer, user=users, tenant=st.just(""), actor=st.just(CLIENT))
packs = st.builds(
    Pack,
    owner=st.builds(
        Customer,
        user=users,
        tenant=st.just(""),
        actor=st.sampled_from([CLIENT, CLIENT, CLIENT, OPERATOR]),
    ),
    code=codes,
)
commands: st.SearchStrategy[Posted] = st.one_of(
    st.builds(Customer.lock, customers),
    st.builds(Customer.unlock, customers),
    st.builds(Customer.unlock, customers),
    st.builds(Customer.add, customers, numbers, st.integers(1, 9)),
    st.builds(Customer.deduct, customers, numbers, st.integers(1, 9)),
    st.builds(Pack.add, packs, numbers, quantities),
    st.builds(Pack.draw, packs, numbers, quantities),
    st.builds(Pack.deduct, packs, numbers, quantities),
    st.builds(Pack.deduct, packs, numbers, quantities),
    st.builds(Pack.deduct, packs, numbers, quantities),
    st.builds(Pack.refund, packs, numbers, quantities, of=numbers),
    st.builds(Pack.refund, packs, numbers, quantities, of=numbers),
)


class Packages(RuleBasedStateMachine):
    """Post what comes, whenever it comes; nothing may differ from the model."""

    zone: ZoneInfo
    evening: str

    def __init__(self) -> None:
        super().__init__()
        self.tenant = next(tenants)
        self.model = model.Model(self.zone)
        self.posted: list[Posted] = []
        self.travel = time_machine.travel(moment(f"{self.evening} 18:00:00", self.zone), tick=False)
        self.clock = self.travel.start()

    def teardown(self) -> None:
        """Verify the whole ledger."""
        try:
            assert faults() == []
        finally:
            self.travel.stop()

    @initialize(capacity=capacities, limit=limits, life=lives)
    def sell_first(self, capacity: int, limit: int, life: timedelta) -> None:
        ann = Customer("ann", tenant="")
        self._post(ann.create(), Customer("bob", tenant="").create())
        self._sell(Pack(ann), capacity, limit, life)

    @rule(pack=packs, capacity=capacities, limit=limits, life=lives)
    def sell(self, pack: Pack, capacity: int, limit: int, life: timedelta) -> None:
        self._sell(pack, capacity, limit, life)

    @rule(command=commands)
    def one(self, command: Posted) -> None:
        self._post(command)

    @rule(batch=st.lists(commands, min_size=2, max_size=6))
    def several(self, batch: list[Posted]) -> None:
        self._post(*batch)

    @rule(which=st.integers(0, 1000))
    def again(self, which: int) -> None:
        self._post(self.posted[which % len(self.posted)])

    @rule(time=passing)
    def wait(self, time: timedelta) -> None:
        self.clock.shift(time)

    @rule(before=st.booleans())
    def wait_for_midnight(self, *, before: bool) -> None:
        """Move to the first moment of the next local day, or to the last one before it."""
        first = datetime.combine(self._today() + timedelta(days=1), time.min, self.zone)
        self.clock.move_to(first.astimezone(UTC) - timedelta(microseconds=before))

    @invariant()
    def agrees(self) -> None:
        """Compare every package and every record."""
        today = self._today()
        stored = {
            row.holder: (
                (row.name, row.daily_limit, row.expires_on),
                (row.capacity, row.remaining, row.used(today), row.sequence),
            )
            for row in Package.objects.filter(tenant=self.tenant)
        }
        assert stored == {
            name: (
                (each.terms.name, each.terms.daily_limit, each.terms.expires_on),
                (each.capacity, each.remaining, each.used_on(today), len(each.entries)),
            )
            for name, each in self.model.packages.items()
        }
        assert self._stored_records() == sorted(
            (name.user, name.code, place, *key, entry.quantity, entry.remaining, entry.moment)
            for name, each in self.model.packages.items()
            for place, (key, entry) in enumerate(each.entries.items(), start=1)
        )

    def _stored_records(self) -> list[tuple[Any, ...]]:
        columns = ("sequence", "change_type", "number", "quantity", "remaining", "created_at")
        rows = Record.objects.filter(tenant=self.tenant)
        return sorted(rows.values_list("package__user", "package__code", *columns))

    def _sell(self, pack: Pack, capacity: int, limit: int, life: timedelta) -> None:
        day = self._today() + life
        self._post(pack.create(capacity, daily_limit=limit, expires_on=day))

    def _today(self) -> date:
        return self._now().astimezone(self.zone).date()

    def _now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the model has no other clock

    def _post(self, *commands: Posted) -> None:
        placed = [self._placed(command) for command in commands]
        answers = post(placed)
        assert len(answers) == len(placed)
        for command, answer in zip(placed, answers, strict=True):
            said = self.model.post(command, now=self._now())
            assert outcome(answer) == expected(said), command
        self.posted.extend(placed)

    def _placed(self, command: Posted) -> Posted:
        holder = replace(command.holder, tenant=self.tenant)
        if not isinstance(command, PackageCommand):
            return replace(command, holder=holder)  # type: ignore[arg-type]
        account = replace(command.account, tenant=self.tenant)
        return replace(command, holder=holder, account=account)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "evening"),
    [(zone, evening) for zone, evenings in EVENINGS.items() for evening in evenings],
)
@pytest.mark.usefixtures("db")
def test_no_order_of_operations_differs_from_the_model(
    settings: Settings, zone: str, evening: str
) -> None:
    settings.TIME_ZONE = zone
    machine = type("Local", (Packages,), {"zone": ZoneInfo(zone), "evening": evening})
    run(machine, on_sqlite=15, elsewhere=4)
