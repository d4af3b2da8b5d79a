"""What can be asked of a service package. Pure data: no Django."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import ClassVar

from ledger.amounts import CAPACITY
from ledger.terms import Command, Holder, Key

SCALE = CAPACITY
LAST_DAY = date(2099, 12, 31)


class ChangeType(IntEnum):
    """What kind of change a record is (change_type on the wire)."""

    ADD = 1
    DRAWING = 2
    DEDUCT = 3
    REFUND = 4


@dataclass(frozen=True, slots=True)
class Package(Holder):
    """Names one package: its account's tenant, group and user id, and the caller's own `code`."""

    kind: ClassVar[str] = "package"

    group: str
    user: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageCommand(Command):
    """A command about one package of one account."""

    holder: Package
    account: Holder
    memo: str = ""

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Name the account, then the package: the order in which they are locked."""
        return (self.account, self.holder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(PackageCommand):
    """Sell an account a package. `capacity` in units, `daily_limit` 0 means none."""

    change_type: ClassVar[ChangeType] = ChangeType.ADD

    name: str
    capacity: int
    daily_limit: int = 0
    expires_on: date = LAST_DAY

    @property
    def key(self) -> Key:
        """Return the key of the first record: an empty number, which no caller can send."""
        return Key((self.change_type,), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking(PackageCommand):
    """A command that makes a record, once per `number`; `quantity` in units."""

    change_type: ClassVar[ChangeType]
    decides: ClassVar[tuple[str, ...]] = ("quantity",)

    number: str
    quantity: int
    reference: str = ""

    @property
    def key(self) -> Key:
        """Return the key: change type and number, inside the package."""
        return Key((self.change_type,), self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Booking):
    """Give back what the deduct `reference` used, in full or in parts."""

    change_type: ClassVar[ChangeType] = ChangeType.REFUND
    decides: ClassVar[tuple[str, ...]] = ("quantity", "reference")

    @property
    def original(self) -> Key:
        """Return the key of the deduct to give back."""
        return Key((ChangeType.DEDUCT,), self.reference)


class Add(Booking):
    """Sell more capacity."""

    change_type = ChangeType.ADD


class Draw(Booking):
    """Take back sold capacity."""

    change_type = ChangeType.DRAWING


class Deduct(Booking):
    """Use capacity."""

    change_type = ChangeType.DEDUCT
