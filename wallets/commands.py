"""What can be asked of a wallet. Pure data: no Django."""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import ClassVar

from ledger.amounts import MONEY
from ledger.terms import Command, Holder, Key

SCALE = MONEY


class ChangeType(IntEnum):
    """What kind of change a record is (change_type on the wire)."""

    ADD = 1
    DRAWING = 2
    DEDUCT = 3
    REFUND = 4
    TRADE_FLAT = 5
    BALANCE_FLAT = 6
    CREDIT_LINE = 10


class TradeType(IntEnum):
    """What a record is for (trade_type on the wire)."""

    TRADE = 1
    FEE = 2
    COMMISSION = 3
    REVERSAL = 4


@dataclass(frozen=True, slots=True)
class Wallet(Holder):
    """Names one account: tenant, group and the caller's own user id (`eid`)."""

    kind: ClassVar[str] = "wallet"

    group: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletCommand(Command):
    """A command about one account."""

    holder: Wallet
    memo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(WalletCommand):
    """Open an account."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename(WalletCommand):
    """Give an account another name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock(WalletCommand):
    """Refuse the account's outgoing money from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock(WalletCommand):
    """Let the account's money move again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking(WalletCommand):
    """A command that makes a record, once per `number`.

    `extra` is JSON text that is only kept.
    """

    change_type: ClassVar[ChangeType]

    number: str
    reference: str = ""
    trade_type: TradeType = TradeType.TRADE
    extra: str | None = None

    @property
    def key(self) -> Key:
        """Return the key: change type, trade type and number, inside the account."""
        return Key((self.change_type, self.trade_type), self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountBooking(Booking):
    """A booking of an amount, in money."""

    decides: ClassVar[tuple[str, ...]] = ("amount",)

    amount: Decimal


class Add(AmountBooking):
    """Put money into the account."""

    change_type = ChangeType.ADD


class Draw(AmountBooking):
    """Pay money out of the account."""

    change_type = ChangeType.DRAWING


class Deduct(AmountBooking):
    """Take money for a trade, a fee or a commission."""

    change_type = ChangeType.DEDUCT


class TradeFlat(AmountBooking):
    """Correct a trade: a positive amount lowers the balance."""

    change_type = ChangeType.TRADE_FLAT


class BalanceFlat(AmountBooking):
    """Correct the balance: a positive amount raises it."""

    change_type = ChangeType.BALANCE_FLAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(AmountBooking):
    """Give back what the deduct `reference` took, in full or in parts."""

    change_type: ClassVar[ChangeType] = ChangeType.REFUND
    decides: ClassVar[tuple[str, ...]] = ("amount", "reference")

    reference: str

    @property
    def original(self) -> Key:
        """Return the key of the deduct to give back."""
        return Key((ChangeType.DEDUCT, self.trade_type), self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal(Booking):
    """Undo an earlier booking, `reference`, in full and once."""

    decides: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str
    trade_type: TradeType = TradeType.REVERSAL

    @property
    def original(self) -> Key:
        """Return the key of the booking to undo."""
        return Key((self.change_type, TradeType.TRADE), self.reference)


class ReverseAdd(Reversal):
    """Undo an add."""

    change_type = ChangeType.ADD


class ReverseDrawing(Reversal):
    """Undo a drawing."""

    change_type = ChangeType.DRAWING


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCredit(Booking):
    """Say how far below zero the balance may go."""

    change_type: ClassVar[ChangeType] = ChangeType.CREDIT_LINE
    decides: ClassVar[tuple[str, ...]] = ("credit",)

    credit: Decimal
