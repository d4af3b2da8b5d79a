"""The parameters of the points paths, and how they name a holder."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from gateway.common import IDENT
from gateway.envelope import SEQ
from gateway.parameters import (
    Boolean,
    FreeText,
    Integer,
    Json,
    Name,
    Parameter,
    Quantity,
    WallTime,
    bad,
)
from ledger.terms import Holder
from points.commands import DEFAULT_TYPE, SCALE, Points, SpendingOrder

INTEGER_32 = 2**31
ID_MAX = 2**63 - 1
_TYPE = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeName(Name):
    """The name of a type of points; a blank one counts as absent."""

    length: int = 32

    def read(self, raw: Any) -> Any:
        """Take letters, digits, - and _."""
        return Name.read(self, None if isinstance(raw, str) and not raw.strip() else raw)

    def parse(self, raw: Any) -> str:
        """Take letters, digits, - and _."""
        name = Name.parse(self, raw)
        if not _TYPE.fullmatch(name):
            raise bad("not-a-type")
        return name

    def schema(self) -> dict[str, Any]:
        """Describe the letters."""
        return {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,32}$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderName(Parameter):
    """In which order the accounts of a type spend their lots."""

    NAMES: ClassVar[Mapping[str, SpendingOrder]] = {
        "expiry": SpendingOrder.EXPIRY,
        "created": SpendingOrder.CREATED,
    }
    default: Any = SpendingOrder.EXPIRY

    def parse(self, raw: Any) -> SpendingOrder:
        """Take one of the names."""
        if not isinstance(raw, str) or raw not in self.NAMES:
            raise bad("not-an-option", options=", ".join(self.NAMES))
        return self.NAMES[raw]

    def schema(self) -> dict[str, Any]:
        """Describe the names."""
        return {"type": "string", "enum": list(self.NAMES)}


def integer(name: str, *, attribute: str = "") -> Integer:
    """Return a 32-bit integer of the caller's own, which is only kept."""
    return Integer(
        name=name,
        attribute=attribute,
        least=-INTEGER_32,
        most=INTEGER_32 - 1,
        help="Your own; only kept.",
    )


TYPE = TypeName(
    name="type",
    attribute="point_type",
    default=DEFAULT_TYPE,
    help="The type of points; by default `default`.",
)
UID = Name(
    name="uid",
    attribute="user",
    length=128,
    is_required=True,
    help="Your own id of the user.",
    example="user_123",
)
SUB_UID = Name(
    name="subUid", attribute="sub_user", length=128, help="A sub-account of the user; may be empty."
)
HOLDER: tuple[Parameter, ...] = (IDENT, TYPE, UID, SUB_UID)
REC_ID = Integer(
    name="recId", attribute="lot_id", least=1, most=ID_MAX, help="Only this lot of the account."
)
ORDER_NO = Name(
    name="orderNo", attribute="reference", length=128, help="Your order.", example="O-1"
)
NOTE = FreeText(name="note", attribute="memo", length=1024, help="For people; only kept.")
COMMON: tuple[Parameter, ...] = (
    replace(SEQ, attribute="number"),
    *HOLDER,
    FreeText(name="name", length=256, help="The user's name; only increase keeps it."),
    REC_ID,
    FreeText(name="tag", length=128, help="Your own label; only kept."),
    ORDER_NO,
    integer("sourceType", attribute="source_type"),
    integer("orderType", attribute="order_type"),
    integer("payType", attribute="pay_type"),
    Json(name="extra", help="Any JSON; only kept, as it was sent."),
    NOTE,
)
POINT = Quantity(
    name="point", attribute="points", scale=SCALE, is_required=True, help="Points.", example=100
)
COST = Quantity(
    name="cost", scale=SCALE, is_required=True, help="Money behind the points.", example=50
)
REC_ORDER_NO = Name(
    name="recOrderNo",
    attribute="lot_reference",
    length=128,
    help="Only the lots that were granted under this order.",
)
BY_ORDER = Boolean(
    name="unfreezeByOrderNo",
    attribute="is_by_order",
    help="Release what is held under `orderNo`; by default the oldest holds first.",
)
UNFREEZE_POINT = Quantity(
    name="unfreezePoint",
    attribute="release_points",
    scale=SCALE,
    help="So many held points are released first.",
)
HOLD_EXPIRY = WallTime(
    name="expireTime",
    attribute="expires_at",
    help="When the hold releases itself; by default never.",
    example="2199-12-31 00:00:00",
)
LOT_EXPIRY = WallTime(
    name="expireTime",
    attribute="expires_at",
    help="When the points expire, to the second; by default never.",
    example="2199-12-31 00:00:00",
)
ISSUE_TIME = WallTime(name="issueTime", attribute="issued_at", help="Only kept.")


def address(arguments: dict[str, Any], tenant: str) -> dict[str, Holder]:
    """Take what names the account out of the arguments."""
    names = (arguments.pop(name) for name in ("point_type", "user", "sub_user"))
    return {"holder": Points(tenant, *names)}
