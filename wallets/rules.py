"""The rules of wallets: pure, no Django, no clock, no settings. Amounts are Decimals of money."""

from decimal import Decimal

from ledger.amounts import MONEY
from ledger.refusals import Code, Refusal
from ledger.rules import require_refundable, require_unlocked

__all__ = [
    "require_funds",
    "require_not_reversed",
    "require_refundable",
    "require_room",
    "require_unlocked",
]


def require_funds(*, balance: Decimal, credit: Decimal, amount: Decimal) -> None:
    """Check that an amount can leave the account: balance + credit >= amount.

    :raises Refusal: INSUFFICIENT
    """
    available = balance + credit
    if available < amount:
        raise Refusal(Code.INSUFFICIENT, available=available, asked=amount)


def require_room(*, balance: Decimal, change: Decimal) -> None:
    """Check that the balance stays within the bounds of money.

    :raises Refusal: BAD_QUANTITY
    """
    if abs(balance + change) >= MONEY.bound:
        raise Refusal(Code.BAD_QUANTITY, fields={"amount": {"reason": "out-of-bounds"}})


def require_not_reversed(*, is_reversed: bool, number: str) -> None:
    """Check that an add or a drawing is undone once only.

    :raises Refusal: ALREADY_REVERSED
    """
    if is_reversed:
        raise Refusal(
            Code.ALREADY_REVERSED,
            fields={"reference": {"reason": "already-reversed"}},
            number=number,
        )
