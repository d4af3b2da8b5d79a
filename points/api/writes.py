"""The points paths that change an account."""

from dataclasses import replace
from decimal import Decimal

from clients.scopes import Scope
from gateway.common import building
from gateway.parameters import Parameter
from gateway.registry import Write, declare
from ledger import book
from ledger.book import Verb
from ledger.refusals import Code
from points import operations
from points.api.parameters import (
    BY_ORDER,
    COMMON,
    COST,
    HOLD_EXPIRY,
    HOLDER,
    ISSUE_TIME,
    LOT_EXPIRY,
    NOTE,
    ORDER_NO,
    POINT,
    REC_ID,
    REC_ORDER_NO,
    UNFREEZE_POINT,
    address,
)
from points.api.shapes import POSTED
from points.commands import (
    Cancel,
    Capture,
    Decrease,
    Disable,
    Enable,
    Expire,
    Freeze,
    FreezeCost,
    FreezeLot,
    Increase,
    PointCommand,
    Refund,
    Release,
)

ANY_STEP = (Code.UNKNOWN_ACCOUNT, Code.KEY_REUSED, Code.DISABLED, Code.UNKNOWN_LOT)
GRANTED = replace(POINT, may_be_zero=True, help="Points; 0 only opens an account.")
GRANTED_COST = replace(COST, is_required=False, may_be_zero=True, default=Decimal(0))
MORE_POINTS = replace(
    POINT, is_required=False, help="More than the cost needs: the rest costs nothing.", example=None
)
EXPECTED_POINTS = replace(
    POINT,
    is_required=False,
    may_be_zero=True,
    default=Decimal(0),
    help="What you expect it to take; 0 is not checked.",
    example=None,
)
REQUIRED_ORDER = replace(ORDER_NO, is_required=True)
REQUIRED_LOT = replace(REC_ID, is_required=True, example=1)


def _common(*others: Parameter) -> tuple[Parameter, ...]:
    """Return the common parameters, some of them in another form, and these."""
    named = {parameter.name: parameter for parameter in (*COMMON, *others)}
    return tuple(named.values())


def _step(
    kind: type[PointCommand], verb: Verb, *parameters: Parameter, name: str, can: tuple[Code, ...]
) -> Write:
    return Write(
        path=f"/hyena/point/{name}",
        command=kind,
        verb=verb,
        build=building(kind, address=address),
        parameters=_common(*parameters),
        answer=POSTED,
        refusals=(*ANY_STEP, *can),
        methods=("POST",),
    )


ENOUGH = (Code.INSUFFICIENT,)
WRITES = (
    _step(
        Increase,
        operations.increase,
        *(GRANTED, GRANTED_COST, ISSUE_TIME, LOT_EXPIRY),
        name="increase",
        can=(),
    ),
    _step(Decrease, operations.decrease, POINT, REC_ORDER_NO, name="decrease", can=ENOUGH),
    _step(Freeze, operations.freeze, POINT, HOLD_EXPIRY, name="freeze", can=ENOUGH),
    _step(
        FreezeLot,
        operations.freeze_lot,
        *(POINT, REQUIRED_LOT, REQUIRED_ORDER, HOLD_EXPIRY),
        name="freezeByRecId",
        can=(),
    ),
    _step(
        FreezeCost,
        operations.freeze_cost,
        *(COST, MORE_POINTS, REQUIRED_ORDER, REC_ORDER_NO, HOLD_EXPIRY),
        name="freezeCost",
        can=ENOUGH,
    ),
    _step(Release, operations.release, POINT, BY_ORDER, name="unfreeze", can=ENOUGH),
    _step(
        Capture,
        operations.capture,
        *(POINT, UNFREEZE_POINT, BY_ORDER, REC_ORDER_NO),
        name="decreaseFrozen",
        can=ENOUGH,
    ),
    _step(Cancel, operations.cancel, POINT, name="cancel", can=(*ENOUGH, Code.HELD)),
    _step(
        Refund,
        operations.refund,
        *(COST, EXPECTED_POINTS, UNFREEZE_POINT, BY_ORDER),
        name="refund",
        can=ENOUGH,
    ),
    *(
        Write(
            path=f"/hyena/point/{name}",
            command=kind,
            verb=verb,
            build=building(kind, address=address),
            parameters=(*HOLDER, NOTE),
            answer=POSTED,
            refusals=(Code.UNKNOWN_ACCOUNT,),
            methods=("POST",),
            scope=Scope.MANAGE,
        )
        for name, kind, verb in (
            ("disableAccount", Disable, operations.disable),
            ("enableAccount", Enable, operations.enable),
        )
    ),
)
for _write in WRITES:
    declare(_write)
book.declare(Expire, verb=operations.expire, wording=POSTED.wording)  # No door leads to it.
