"""What can be asked of a point account. Pure data: no Django."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import ClassVar

from ledger.amounts import POINTS
from ledger.refusals import Code, Refusal
from ledger.terms import Command, Holder, Key

SCALE = POINTS
DEFAULT_TYPE = "default"


class LogType(IntEnum):
    """What kind of step a log is (type on the wire)."""

    INCREASE = 1
    DECREASE = 2
    FREEZE = 3
    UNFREEZE = 4
    EXPIRE = 5
    CANCEL = 6
    REFUND = 7


class SpendingOrder(IntEnum):
    """Which lot of an account is spent first."""

    EXPIRY = 1  # The soonest to expire; those that never do last; then the oldest.
    CREATED = 2  # The oldest.


@dataclass(frozen=True, slots=True)
class PointType(Holder):
    """Names a tenant's type of points."""

    kind: ClassVar[str] = "point type"

    name: str


@dataclass(frozen=True, slots=True)
class Points(Holder):
    """Names one point account: its tenant, type of points, user id and the user's sub-account."""

    kind: ClassVar[str] = "points"

    point_type: str
    user: str
    sub_user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddType(Command):
    """Make a type of points; `order` says how its accounts spend."""

    holder: PointType
    order: SpendingOrder = SpendingOrder.EXPIRY

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Lock nothing: a type never changes."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointCommand(Command):
    """A command about one point account."""

    holder: Points
    memo: str = ""


class Disable(PointCommand):
    """Let the account be looked at only."""


class Enable(PointCommand):
    """Let a disabled account move again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(PointCommand):
    """Book what has expired meanwhile: at most so many lots and holds at once."""

    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(PointCommand):
    """A command that makes logs: once per `number`, if it has one.

    `reference` is the caller's order; `lot_id` limits it to one lot. The rest is only kept.
    """

    operation: ClassVar[str]
    shared: ClassVar[tuple[str, ...]] = (
        "lot_id",
        "tag",
        "reference",
        "source_type",
        "order_type",
        "pay_type",
    )

    number: str = ""
    reference: str = ""
    lot_id: int | None = None
    tag: str = ""
    source_type: int | None = None
    order_type: int | None = None
    pay_type: int | None = None
    name: str = ""
    extra: str | None = None

    @property
    def key(self) -> Key | None:
        """Return the key: operation and number, inside the account."""
        return Key((self.operation,), self.number) if self.number else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Increase(Step):
    """Grant a lot of points with what they cost, both as Decimals; no points open the account."""

    operation: ClassVar[str] = "increase"
    decides: ClassVar[tuple[str, ...]] = (
        *Step.shared,
        "points",
        "cost",
        "issued_at",
        "expires_at",
    )

    points: Decimal
    cost: Decimal = Decimal(0)
    issued_at: datetime | None = None
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a cost without points.

        :raises Refusal: BAD_PARAMETER
        """
        if self.cost and not self.points:
            raise Refusal(Code.BAD_PARAMETER, fields={"cost": {"reason": "cost-without-points"}})

    @property
    def key(self) -> Key | None:
        """Return the key; opening an empty account leaves none."""
        return Key((self.operation,), self.number) if self.number and self.points else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decrease(Step):
    """Spend points; `lot_reference` limits it to the lots of that order."""

    operation: ClassVar[str] = "decrease"
    decides: ClassVar[tuple[str, ...]] = (*Step.shared, "points", "lot_reference")

    points: Decimal
    lot_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Step):
    """Hold points back."""

    operation: ClassVar[str] = "freeze"
    decides: ClassVar[tuple[str, ...]] = (*Step.shared, "points", "expires_at")

    points: Decimal
    expires_at: datetime | None = None


class FreezeLot(Freeze):
    """Hold back all available points of one lot, which `points` must equal."""

    operation = "freezeByRecId"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeCost(Step):
    """Hold back points worth `cost`; more `points` than that come from lots without a cost."""

    operation: ClassVar[str] = "freezeCost"
    decides: ClassVar[tuple[str, ...]] = (
        *Step.shared,
        "cost",
        "points",
        "lot_reference",
        "expires_at",
    )

    cost: Decimal
    points: Decimal | None = None
    lot_reference: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Step):
    """Give held points back: all of an order's holds, or of the oldest holds first.

    `hold` names one hold instead, by the sequence number of the log that froze it.
    """

    operation: ClassVar[str] = "unfreeze"
    decides: ClassVar[tuple[str, ...]] = (*Step.shared, "points", "is_by_order", "hold")

    points: Decimal
    is_by_order: bool = False
    hold: int | None = None

    def __post_init__(self) -> None:
        """Refuse to release an order's holds without the order.

        :raises Refusal: BAD_PARAMETER
        """
        _require_order(self, is_by_order=self.is_by_order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture(Step):
    """Spend held points; with `release_points`, release so many first, then spend `points`."""

    operation: ClassVar[str] = "decreaseFrozen"
    decides: ClassVar[tuple[str, ...]] = (
        *Step.shared,
        "points",
        "release_points",
        "is_by_order",
        "lot_reference",
    )

    points: Decimal
    release_points: Decimal | None = None
    is_by_order: bool = False
    lot_reference: str = ""

    def __post_init__(self) -> None:
        """Refuse to take an order's holds without the order.

        :raises Refusal: BAD_PARAMETER
        """
        _require_order(self, is_by_order=self.is_by_order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Step):
    """Take points back as if they had not been granted: in order, or all of one lot."""

    operation: ClassVar[str] = "cancel"
    decides: ClassVar[tuple[str, ...]] = (*Step.shared, "points")

    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Step):
    """Turn unused points back into money worth `cost`; `points`, if not 0, must be what it takes.

    With `release_points`, release so many held points first, and refund those first.
    """

    operation: ClassVar[str] = "refund"
    decides: ClassVar[tuple[str, ...]] = (
        *Step.shared,
        "cost",
        "points",
        "release_points",
        "is_by_order",
    )

    cost: Decimal
    points: Decimal = Decimal(0)
    release_points: Decimal | None = None
    is_by_order: bool = False

    def __post_init__(self) -> None:
        """Refuse to release an order's holds without the order, or without how many points.

        :raises Refusal: BAD_PARAMETER
        """
        _require_order(self, is_by_order=self.is_by_order)
        if self.is_by_order and self.release_points is None:
            raise Refusal(Code.BAD_PARAMETER, fields={"release_points": {"reason": "required"}})


def _require_order(command: Step, *, is_by_order: bool) -> None:
    if is_by_order and not command.reference:
        raise Refusal(Code.BAD_PARAMETER, fields={"reference": {"reason": "required"}})
