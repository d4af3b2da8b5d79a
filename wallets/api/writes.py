"""The wallet paths that change something."""

from dataclasses import replace
from uuid import uuid4

from clients.scopes import Scope
from gateway.common import DEDUCT_NO, HOLDER, MEMO, TRADE_NO, building, refunding
from gateway.parameters import Choice, FreeText, Json, Name, Parameter, Quantity
from gateway.registry import Arguments, Builder, Write, declare
from ledger.refusals import Code
from ledger.terms import Actor, Command, Holder
from wallets import operations
from wallets.api.shapes import ACCOUNT, CHANGE
from wallets.commands import (
    SCALE,
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
    TradeType,
    Unlock,
    Wallet,
    WalletCommand,
)

TRADES = (TradeType.TRADE, TradeType.FEE, TradeType.COMMISSION)

NAME = FreeText(
    name="name", length=128, is_required=True, help="The account's name.", example="Colin"
)
EXT_NO = Name(
    name="ext_no",
    attribute="reference",
    length=64,
    is_required=True,
    help="The trade_no of the original.",
    example="8970",
)
AMOUNT = Quantity(
    name="amount", scale=SCALE, is_required=True, help="In money, at most 5 digits.", example=20.25
)
SIGNED = Quantity(
    name="amount", scale=SCALE, is_signed=True, is_required=True, help="Signed.", example=-0.5
)
TRADE_TYPE = Choice(
    name="trade_type",
    options=TRADES,
    default=TradeType.TRADE,
    help="1 trade, 2 fee, 3 commission.",
    example=1,
)
EXT = Json(name="ext", attribute="extra", help="Any JSON; only kept, as the text received.")
BOOKING: tuple[Parameter, ...] = (*HOLDER, TRADE_NO, AMOUNT, MEMO, EXT)
CREDIT = Quantity(
    name="credit",
    scale=SCALE,
    may_be_zero=True,
    is_required=True,
    help="How far below zero the balance may go.",
    example=100,
)
CREDIT_NO = Name(
    name="trade_no",
    attribute="number",
    length=64,
    help="Your number of this change; made by the service if left out.",
)
REVERSING: tuple[Parameter, ...] = (
    *HOLDER,
    TRADE_NO,
    EXT_NO,
    replace(MEMO, is_required=True),
    EXT,
)
FLAT: tuple[Parameter, ...] = (*HOLDER, TRADE_NO, SIGNED, TRADE_TYPE, MEMO, EXT)
OUTGOING = (Code.UNKNOWN_ACCOUNT, Code.KEY_REUSED, Code.LOCKED, Code.INSUFFICIENT)


def _address(arguments: Arguments, tenant: str) -> dict[str, Holder]:
    return {"holder": Wallet(tenant, arguments.pop("group"), arguments.pop("user"))}


def _build(kind: type[WalletCommand]) -> Builder:
    return building(kind, address=_address)


def _set_credit(arguments: Arguments, tenant: str, actor: Actor) -> Command:
    number = arguments["number"] or f"credit-{uuid4().hex}"
    return _build(SetCredit)({**arguments, "number": number}, tenant, actor)


WRITES = (
    Write(
        path="/account/create",
        command=Create,
        verb=operations.create,
        build=_build(Create),
        parameters=(*HOLDER, NAME),
        answer=ACCOUNT,
    ),
    Write(
        path="/account/update",
        command=Rename,
        verb=operations.rename,
        build=_build(Rename),
        parameters=(*HOLDER, NAME),
        answer=ACCOUNT,
        refusals=(Code.UNKNOWN_ACCOUNT,),
    ),
    Write(
        path="/account/lock",
        command=Lock,
        verb=operations.lock,
        build=_build(Lock),
        parameters=(*HOLDER, MEMO),
        scope=Scope.MANAGE,
        answer=ACCOUNT,
        refusals=(Code.UNKNOWN_ACCOUNT,),
    ),
    Write(
        path="/account/unlock",
        command=Unlock,
        verb=operations.unlock,
        build=_build(Unlock),
        parameters=(*HOLDER, MEMO),
        scope=Scope.MANAGE,
        answer=ACCOUNT,
        refusals=(Code.UNKNOWN_ACCOUNT,),
    ),
    Write(
        path="/account/balance/add",
        command=Add,
        verb=operations.add,
        build=_build(Add),
        parameters=BOOKING,
        answer=CHANGE,
        refusals=(Code.UNKNOWN_ACCOUNT, Code.KEY_REUSED, Code.LOCKED),
    ),
    Write(
        path="/account/balance/drawing",
        command=Draw,
        verb=operations.draw,
        build=_build(Draw),
        parameters=BOOKING,
        answer=CHANGE,
        refusals=OUTGOING,
    ),
    Write(
        path="/account/balance/deduct",
        command=Deduct,
        verb=operations.deduct,
        build=_build(Deduct),
        parameters=(*BOOKING, TRADE_TYPE),
        answer=CHANGE,
        refusals=OUTGOING,
    ),
    Write(
        path="/account/balance/refund",
        command=Refund,
        verb=operations.refund,
        build=refunding(_build(Refund)),
        parameters=(*BOOKING, DEDUCT_NO, TRADE_TYPE),
        answer=CHANGE,
        refusals=(
            Code.UNKNOWN_ACCOUNT,
            Code.KEY_REUSED,
            Code.UNKNOWN_TRADE,
            Code.REFUND_TOO_LARGE,
        ),
    ),
    Write(
        path="/account/balance/reverseadd",
        command=ReverseAdd,
        verb=operations.reverse_add,
        build=_build(ReverseAdd),
        parameters=REVERSING,
        scope=Scope.MANAGE,
        answer=CHANGE,
        refusals=(*OUTGOING, Code.UNKNOWN_TRADE, Code.ALREADY_REVERSED),
    ),
    Write(
        path="/account/balance/reversedrawing",
        command=ReverseDrawing,
        verb=operations.reverse_drawing,
        build=_build(ReverseDrawing),
        parameters=REVERSING,
        scope=Scope.MANAGE,
        answer=CHANGE,
        refusals=(*OUTGOING, Code.UNKNOWN_TRADE, Code.ALREADY_REVERSED),
    ),
    Write(
        path="/account/balance/tradeflat",
        command=TradeFlat,
        verb=operations.trade_flat,
        build=_build(TradeFlat),
        parameters=FLAT,
        scope=Scope.MANAGE,
        answer=CHANGE,
        refusals=OUTGOING,
    ),
    Write(
        path="/account/balance/balanceflat",
        command=BalanceFlat,
        verb=operations.balance_flat,
        build=_build(BalanceFlat),
        parameters=FLAT,
        scope=Scope.MANAGE,
        answer=CHANGE,
        refusals=(Code.UNKNOWN_ACCOUNT, Code.KEY_REUSED, Code.INSUFFICIENT),
    ),
    Write(
        path="/account/balance/setcredit",
        command=SetCredit,
        verb=operations.set_credit,
        build=_set_credit,
        parameters=(*HOLDER, CREDIT, CREDIT_NO, MEMO),
        scope=Scope.MANAGE,
        answer=ACCOUNT,
        refusals=OUTGOING,
    ),
)
for _write in WRITES:
    declare(_write)
