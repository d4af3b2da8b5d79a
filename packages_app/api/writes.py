"""The package paths that change something."""

from gateway.common import DEDUCT_NO, HOLDER, TRADE_NO, building, refunding
from gateway.parameters import Day, FreeText, Name, Parameter, Quantity
from gateway.registry import Arguments, Builder, Write, declare
from ledger.refusals import Code
from ledger.terms import Holder
from packages_app import operations
from packages_app.api.shapes import CHANGE, PACKAGE
from packages_app.commands import (
    LAST_DAY,
    SCALE,
    Add,
    Create,
    Deduct,
    Draw,
    Package,
    PackageCommand,
    Refund,
)
from wallets.models import Account

SPID = Name(
    name="spid",
    attribute="code",
    length=64,
    is_required=True,
    help="Your own id of the package.",
    example="sp1",
)
PACKAGE_NAMED: tuple[Parameter, ...] = (*HOLDER, SPID)
NAME = FreeText(
    name="name", length=128, is_required=True, help="The package's name.", example="Car washes"
)
TOTAL = Quantity(
    name="total",
    attribute="capacity",
    scale=SCALE,
    may_be_zero=True,
    is_required=True,
    help="How many units are sold.",
    example=100,
)
DAILY = Quantity(
    name="daily",
    attribute="daily_limit",
    scale=SCALE,
    may_be_zero=True,
    default=0,
    help="How many units may be used a day; 0 means no limit.",
    example=10,
)
EXPIRES = Day(
    name="expires",
    attribute="expires_on",
    default=LAST_DAY,
    help="The last valid day; by default 20991231.",
    example="20991231",
)
NUM = Quantity(
    name="num", attribute="quantity", scale=SCALE, is_required=True, help="Units.", example=1
)
BOOKING: tuple[Parameter, ...] = (*PACKAGE_NAMED, TRADE_NO, NUM)
UNKNOWN = (Code.UNKNOWN_ACCOUNT, Code.UNKNOWN_PACKAGE)


def _address(arguments: Arguments, tenant: str) -> dict[str, Holder]:
    names = (tenant, arguments.pop("group"), arguments.pop("user"))
    return {
        "holder": Package(*names, arguments.pop("code")),
        "account": Account.held_by(*names),
    }


def _build(kind: type[PackageCommand]) -> Builder:
    return building(kind, address=_address)


WRITES = (
    Write(
        path="/package/create",
        command=Create,
        verb=operations.create,
        build=_build(Create),
        parameters=(*PACKAGE_NAMED, NAME, TOTAL, DAILY, EXPIRES),
        answer=PACKAGE,
        refusals=(Code.UNKNOWN_ACCOUNT,),
    ),
    Write(
        path="/package/capacity/add",
        command=Add,
        verb=operations.add,
        build=_build(Add),
        parameters=BOOKING,
        answer=CHANGE,
        refusals=(*UNKNOWN, Code.KEY_REUSED),
    ),
    Write(
        path="/package/capacity/drawing",
        command=Draw,
        verb=operations.draw,
        build=_build(Draw),
        parameters=BOOKING,
        answer=CHANGE,
        refusals=(*UNKNOWN, Code.KEY_REUSED, Code.LOCKED, Code.INSUFFICIENT),
    ),
    Write(
        path="/package/capacity/deduct",
        command=Deduct,
        verb=operations.deduct,
        build=_build(Deduct),
        parameters=BOOKING,
        answer=CHANGE,
        refusals=(
            *UNKNOWN,
            Code.KEY_REUSED,
            Code.LOCKED,
            Code.EXPIRED,
            Code.INSUFFICIENT,
            Code.OVER_DAILY_LIMIT,
        ),
    ),
    Write(
        path="/package/capacity/refund",
        command=Refund,
        verb=operations.refund,
        build=refunding(_build(Refund)),
        parameters=(*BOOKING, DEDUCT_NO),
        answer=CHANGE,
        refusals=(*UNKNOWN, Code.KEY_REUSED, Code.UNKNOWN_TRADE, Code.REFUND_TOO_LARGE),
    ),
)
for _write in WRITES:
    declare(_write)
