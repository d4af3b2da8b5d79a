"""Commands in few words, and what each of them must leave behind."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from ledger.terms import Actor, Command
from tests.support import (
    CLIENT,
    OPERATOR,
    booked,
    do,
    everything,
    faults,
    refusal,
    repeat,
    unchanged,
)
from wallets.commands import (
    Add,
    BalanceFlat,
    Create,
    Deduct,
    Draw,
    Lock,
    Refund,
    Rename,
    ReverseAdd,
    ReverseDrawing,
    SetCredit,
    TradeFlat,
    Unlock,
    Wallet,
)
from wallets.models import Account, Record

__all__ = [
    "BOUND",
    "CLIENT",
    "LARGEST",
    "OPERATOR",
    "Customer",
    "Line",
    "book",
    "do",
    "everything",
    "faults",
    "refusal",
    "repeat",
    "unchanged",
]
BOUND = 9 * 10**13
LARGEST = Decimal(BOUND) - Decimal("0.00001")

Quantity = Decimal | int | str


@dataclass(frozen=True, slots=True)
class Customer:
    """Words commands about one wallet. Commands that book take their number first."""

    user: str = "ann"
    tenant: str = "t1"
    actor: Actor = CLIENT

    def by(self, actor: Actor) -> "Customer":
        """Let somebody else ask."""
        return replace(self, actor=actor)

    @property
    def holder(self) -> Wallet:
        """Return the wallet's name."""
        return Wallet(self.tenant, "-", self.user)

    def account(self) -> Account:
        """Read the account from the database."""
        return Account.objects.get(holder_digest=self.holder.digest)

    def balance(self) -> Decimal:
        """Read the balance from the database."""
        return self.account().balance

    def records(self) -> list[Record]:
        """Read the records from the database, oldest first."""
        return list(self.account().records.order_by("sequence"))

    def create(self, name: str = "Ann") -> Create:
        return Create(**self._who, name=name)

    def rename(self, name: str) -> Rename:
        return Rename(**self._who, name=name)

    def lock(self, memo: str = "") -> Lock:
        return Lock(**self._who, memo=memo)

    def unlock(self, memo: str = "") -> Unlock:
        return Unlock(**self._who, memo=memo)

    def add(self, number: str, amount: Quantity, **more: Any) -> Add:
        return Add(**self._who, number=number, amount=Decimal(amount), **more)

    def draw(self, number: str, amount: Quantity, **more: Any) -> Draw:
        return Draw(**self._who, number=number, amount=Decimal(amount), **more)

    def deduct(self, number: str, amount: Quantity, **more: Any) -> Deduct:
        return Deduct(**self._who, number=number, amount=Decimal(amount), **more)

    def refund(self, number: str, amount: Quantity, *, of: str, **more: Any) -> Refund:
        return Refund(**self._who, number=number, amount=Decimal(amount), reference=of, **more)

    def reverse_add(self, number: str, *, of: str, **more: Any) -> ReverseAdd:
        return ReverseAdd(**self._who, number=number, reference=of, **more)

    def reverse_drawing(self, number: str, *, of: str, **more: Any) -> ReverseDrawing:
        return ReverseDrawing(**self._who, number=number, reference=of, **more)

    def trade_flat(self, number: str, amount: Quantity, **more: Any) -> TradeFlat:
        return TradeFlat(**self._who, number=number, amount=Decimal(amount), **more)

    def balance_flat(self, number: str, amount: Quantity, **more: Any) -> BalanceFlat:
        return BalanceFlat(**self._who, number=number, amount=Decimal(amount), **more)

    def set_credit(self, number: str, credit: Quantity, **more: Any) -> SetCredit:
        return SetCredit(**self._who, number=number, credit=Decimal(credit), **more)

    @property
    def _who(self) -> dict[str, Any]:
        return {"holder": self.holder, "actor": self.actor}


class Line(NamedTuple):
    """What counts of a record."""

    change_type: int
    trade_type: int
    number: str
    reference: str
    amount: Decimal
    balance: Decimal
    sequence: int


def book(command: Command) -> Line:
    """Post a command that must be booked, as new; return what counts of the record stored."""
    stored = booked(command)
    return Line(*(getattr(stored, name) for name in Line._fields))
