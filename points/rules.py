"""The rules of points: pure, no Django, no clock, no settings. All figures are Decimals.

The arithmetic of cost is exact to the cent: a part costs its share of the lot's cost, rounded
half up once, and the last points take whatever is left. So nothing drifts and nothing goes below
zero.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from ledger.amounts import POINTS, from_units, to_units
from ledger.refusals import Code, Refusal

ZERO = Decimal(0)
CENT = Decimal("0.01")


class Pot(StrEnum):
    """Where a point of a lot can be."""

    AVAILABLE = "available"
    FROZEN = "frozen"
    USED = "used"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_open(self) -> bool:
        """Tell whether points in it are still owed to the holder."""
        return self in {Pot.AVAILABLE, Pot.FROZEN}


@dataclass(slots=True, kw_only=True)
class Figures:
    """What the figures of a lot and of an account have in common: where the points are."""

    available: Decimal = ZERO
    frozen: Decimal = ZERO
    used: Decimal = ZERO
    refunded: Decimal = ZERO
    cancelled: Decimal = ZERO
    expired: Decimal = ZERO
    frozen_cost: Decimal = ZERO

    @property
    def points(self) -> Decimal:
        """Return the points still owed."""
        return self.available + self.frozen

    def shift(self, points: Decimal, *, source: Pot, target: Pot) -> None:
        """Move points from one pot to another."""
        setattr(self, source, getattr(self, source) - points)
        setattr(self, target, getattr(self, target) + points)


F = TypeVar("F", bound=Figures)


def copied(figures: F) -> F:
    """Return other figures with the same values."""
    return type(figures)(**{each.name: getattr(figures, each.name) for each in fields(figures)})


@dataclass(slots=True, kw_only=True)
class AccountFigures(Figures):
    """An account's figures. `cost` is the money behind its points, that of frozen ones included."""

    cost: Decimal = ZERO
    granted_cost: Decimal = ZERO

    @property
    def available_cost(self) -> Decimal:
        """Return the money behind what is available."""
        return self.cost - self.frozen_cost

    @property
    def granted(self) -> Decimal:
        """Return all points ever granted."""
        return self.points + self.used + self.refunded + self.cancelled + self.expired

    def grant(self, points: Decimal, *, cost: Decimal) -> None:
        """Add the points and the cost of a new lot."""
        self.available += points
        self.cost += cost
        self.granted_cost += cost

    def move(self, points: Decimal, *, cost: Decimal, source: Pot, target: Pot) -> None:
        """Move points of a lot with their cost."""
        self.shift(points, source=source, target=target)
        if source is Pot.FROZEN:
            self.frozen_cost -= cost
        if target is Pot.FROZEN:
            self.frozen_cost += cost
        if not target.is_open:
            self.cost -= cost


@dataclass(slots=True, kw_only=True)
class LotFigures(Figures):
    """A lot's figures: what was granted, and where it is now."""

    total: Decimal
    total_cost: Decimal = ZERO
    used_cost: Decimal = ZERO
    refunded_cost: Decimal = ZERO
    cancelled_cost: Decimal = ZERO
    expired_cost: Decimal = ZERO

    @property
    def cost(self) -> Decimal:
        """Return the money behind what is available or frozen."""
        gone = self.used_cost + self.refunded_cost + self.cancelled_cost + self.expired_cost
        return self.total_cost - gone

    @property
    def available_cost(self) -> Decimal:
        """Return the money behind what is available."""
        return self.cost - self.frozen_cost

    def cost_of(self, points: Decimal) -> Decimal:
        """Return what so many available points cost; the last ones cost all that is left."""
        if points == self.available:
            return self.available_cost
        return min(self.available_cost, self.share(points))

    def points_for(self, cost: Decimal) -> Decimal:
        """Return the available points that this cost buys back; the last go with the last cost."""
        free = self.available_cost
        if not free:
            return ZERO
        if cost >= free:
            return self.available
        points = proportion(part=cost, whole=self.total_cost, of=self.total)
        return min(self.available - CENT, max(CENT, points))

    def share(self, points: Decimal) -> Decimal:
        """Return the share of the lot's cost that so many of its points bear."""
        return proportion(part=points, whole=self.total, of=self.total_cost)

    def move(self, points: Decimal, *, cost: Decimal, source: Pot, target: Pot) -> None:
        """Move points with their cost.

        :raises Refusal: INSUFFICIENT if the pot has fewer.
        """
        require_enough(available=getattr(self, source), asked=points)
        self.shift(points, source=source, target=target)
        for pot, sign in ((source, -1), (target, 1)):
            if pot is not Pot.AVAILABLE:  # What is available has the cost that no pot has.
                name = f"{pot}_cost"
                setattr(self, name, getattr(self, name) + sign * cost)


def proportion(*, part: Decimal, whole: Decimal, of: Decimal) -> Decimal:
    """Return of x part / whole, rounded half up to a cent, once."""
    a, b, c = (to_units(each, digits=POINTS.digits) for each in (of, part, whole))
    return from_units((2 * a * b + c) // (2 * c), digits=POINTS.digits)


def cost_of_part(points: Decimal, *, held: Decimal, held_cost: Decimal, lot: LotFigures) -> Decimal:
    """Return what a part of a held piece of a lot costs; the whole piece costs all it holds."""
    return held_cost if points == held else min(held_cost, lot.share(points))


def require_enough(*, available: Decimal, asked: Decimal) -> None:
    """Check that there are as many points (or is as much cost) as asked for.

    :raises Refusal: INSUFFICIENT
    """
    if available < asked:
        raise Refusal(Code.INSUFFICIENT, available=available, asked=asked)


def require_exactly(*, found: Decimal, asked: Decimal) -> None:
    """Check that an order's holds have just as many points as asked for.

    :raises Refusal: INSUFFICIENT
    """
    if found != asked:
        raise Refusal(Code.INSUFFICIENT, available=found, asked=asked)


def require_same(*, points: Decimal, expected: Decimal) -> None:
    """Check that the points named are those that the operation gives.

    :raises Refusal: BAD_PARAMETER
    """
    if points != expected:
        raise Refusal(
            Code.BAD_PARAMETER, fields={"points": {"reason": "must-equal", "expected": expected}}
        )


def require_at_least(*, points: Decimal, least: Decimal) -> None:
    """Check that the points named are no fewer than those that the operation takes anyhow.

    :raises Refusal: BAD_PARAMETER
    """
    if points < least:
        raise Refusal(
            Code.BAD_PARAMETER, fields={"points": {"reason": "too-small", "least": least}}
        )


def require_enabled(*, is_enabled: bool) -> None:
    """Let nothing pass a disabled account.

    :raises Refusal: DISABLED
    """
    if not is_enabled:
        raise Refusal(Code.DISABLED)


def require_future(moment: datetime | None, *, now: datetime) -> None:
    """Check that an expiry, if there is one, is still to come.

    :raises Refusal: BAD_PARAMETER
    """
    if moment is not None and moment <= now:
        raise Refusal(Code.BAD_PARAMETER, fields={"expires_at": {"reason": "not-in-future"}})


def require_room(figures: AccountFigures, *, points: Decimal, cost: Decimal) -> None:
    """Check that all points ever granted, and their cost, stay within their bounds.

    :raises Refusal: BAD_QUANTITY
    """
    for name, after in (
        ("points", figures.granted + points),
        ("cost", figures.granted_cost + cost),
    ):
        if after >= POINTS.bound:
            raise Refusal(Code.BAD_QUANTITY, fields={name: {"reason": "out-of-bounds"}})


def require_cancellable(lot: LotFigures, *, points: Decimal, is_expired: bool) -> None:
    """Check that a lot can be cancelled whole: it is open, free, and has just these points.

    :raises Refusal: UNKNOWN_LOT if it is used up or has expired; HELD if some of it is frozen, or
        `points` is not what is available.
    """
    if is_expired or not lot.points:
        raise Refusal(Code.UNKNOWN_LOT, fields={"lot_id": {"reason": "used-up"}})
    if lot.frozen or lot.available != points:
        raise Refusal(Code.HELD, available=lot.available, frozen=lot.frozen, asked=points)
