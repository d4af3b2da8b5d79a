"""Commands about packages in few words, and what each of them must leave behind."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ledger.terms import Actor, Command
from packages_app import commands
from packages_app.commands import Add, Create, Deduct, Draw, Refund
from packages_app.models import Package, Record
from tests.support import booked
from tests.wallets.support import Customer

BOUND = 9 * 10**18
LARGEST = BOUND - 1
TODAY = date(2026, 5, 4)
YESTERDAY = date(2026, 5, 3)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Return the moment of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


class Figures(NamedTuple):
    """What counts of a package."""

    capacity: int
    remaining: int
    used_today: int
    used_on: date | None


class Line(NamedTuple):
    """What counts of a record."""

    change_type: int
    number: str
    reference: str
    quantity: int
    remaining: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Pack:
    """Words commands about one package. Commands that book take their number first."""

    owner: Customer
    code: str = "washes"

    def by(self, actor: Actor) -> "Pack":
        """Let somebody else ask."""
        return replace(self, owner=self.owner.by(actor))

    @property
    def holder(self) -> commands.Package:
        """Return the package's name."""
        wallet = self.owner.holder
        return commands.Package(wallet.tenant, wallet.group, wallet.user, self.code)

    def row(self) -> Package:
        """Read the package from the database."""
        return Package.objects.get(holder_digest=self.holder.digest)

    def figures(self) -> Figures:
        """Read the package's figures from the database."""
        row = self.row()
        return Figures(*(getattr(row, name) for name in Figures._fields))

    def records(self) -> list[Record]:
        """Read the records from the database, oldest first."""
        return list(self.row().records.order_by("sequence"))

    def create(self, capacity: int, name: str = "Washes", **more: Any) -> Create:
        return Create(**self._who, capacity=capacity, name=name, **more)

    def add(self, number: str, quantity: int) -> Add:
        return Add(**self._who, number=number, quantity=quantity)

    def draw(self, number: str, quantity: int) -> Draw:
        return Draw(**self._who, number=number, quantity=quantity)

    def deduct(self, number: str, quantity: int) -> Deduct:
        return Deduct(**self._who, number=number, quantity=quantity)

    def refund(self, number: str, quantity: int, *, of: str) -> Refund:
        return Refund(**self._who, number=number, quantity=quantity, reference=of)

    @property
    def _who(self) -> dict[str, Any]:
        return {
            "holder": self.holder,
            "account": self.owner.holder,
            "actor": self.owner.actor,
        }


def book(command: Command) -> Line:
    """Post a command that must be booked, as new; return what counts of the record stored."""
    stored = booked(command)
    return Line(*(getattr(stored, name) for name in Line._fields))
