"""The rules of packages: pure, no Django, no clock, no settings. Quantities are integers."""

from datetime import date

from ledger.amounts import CAPACITY
from ledger.refusals import Code, Refusal
from ledger.rules import require_refundable, require_unlocked

__all__ = [
    "require_refundable",
    "require_remaining",
    "require_room",
    "require_unexpired",
    "require_unlocked",
    "require_within_day",
]


def require_room(*, capacity: int, more: int) -> None:
    """Check that the total capacity stays within its bounds.

    :raises Refusal: BAD_QUANTITY
    """
    if capacity + more >= CAPACITY.bound:
        raise Refusal(Code.BAD_QUANTITY, fields={"quantity": {"reason": "out-of-bounds"}})


def require_remaining(*, remaining: int, asked: int) -> None:
    """Check that there is enough left.

    :raises Refusal: INSUFFICIENT
    """
    if remaining < asked:
        raise Refusal(Code.INSUFFICIENT, available=remaining, asked=asked)


def require_within_day(*, limit: int, used: int, asked: int) -> None:
    """Check that the use of the day stays within the daily limit; 0 means no limit.

    :raises Refusal: OVER_DAILY_LIMIT
    """
    if limit and used + asked > limit:
        raise Refusal(Code.OVER_DAILY_LIMIT, limit=limit, used=used, asked=asked)


def require_unexpired(*, last_day: date, today: date) -> None:
    """Check that the package is valid today; it is so through the whole of its last day.

    :raises Refusal: EXPIRED
    """
    if today > last_day:
        raise Refusal(Code.EXPIRED, day=last_day)
