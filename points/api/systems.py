"""The paths about the system: types of points, and the replay of an account's logs."""

from typing import Any

from clients.scopes import Scope
from gateway.common import IDENT
from gateway.registry import Arguments, Form, KeptForm, MarkedForm, Query, Write, declare
from gateway.shapes import TEXT, Shape, shape
from ledger import verify
from ledger.refusals import Code
from ledger.terms import Actor, Posting
from points import operations, queries
from points.api.parameters import HOLDER, OrderName, TypeName
from points.api.shapes import MAYBE_INTEGER
from points.commands import AddType, Points
from points.commands import PointType as TypeHolder
from points.models import PointType

NAMES: Shape = {"type": "array", "items": TEXT}
FAULT = shape(id=MAYBE_INTEGER, problem=TEXT)
NAME = TypeName(name="name", is_required=True, help="The new type's name.", example="score")
ORDER = OrderName(name="order", help="Which lots are spent first: soonest expiry, or oldest.")


def _types(_arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List the names of the tenant's types of points."""
    names = queries.type_names(tenant)
    return {"data": names, "total": len(names)}


def _analysis(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """Replay an account's logs: data is the first thing that doesn't add up, or null.

    :raises Refusal: UNKNOWN_TYPE
    """
    queries.require_type(tenant, arguments["point_type"])
    holder = Points(tenant, arguments["point_type"], arguments["user"], arguments["sub_user"])
    account = queries.account(holder)
    found = next(verify.verify_row(account), None) if account else None
    if found is None:
        return {"data": None}
    return {"data": {"id": found.record_id, "problem": found.problem}}


def _nothing(_arguments: Arguments, _tenant: str) -> dict[str, Any]:
    """Answer that there is nothing: here is no cache and no queue."""
    return {"data": []}


def _build(arguments: Arguments, tenant: str, actor: Actor) -> AddType:
    return AddType(
        holder=TypeHolder(tenant, arguments["name"]), actor=actor, order=arguments["order"]
    )


def _names(posting: Posting) -> list[str]:
    return [*posting.row(PointType).all_names]


def _no_ids(_posting: Posting) -> tuple[int, ...]:
    return ()


NAMES_KEPT: KeptForm = MarkedForm(
    facts=_names, ids=_no_ids, schema=NAMES, example=["default", "score"]
)
for _path in ("/hyena/system/addPointType", "/hyena/system/addPointType/{name}"):
    declare(
        Write(
            path=_path,
            command=AddType,
            verb=operations.add_type,
            build=_build,
            parameters=(IDENT, NAME, ORDER),
            answer=NAMES_KEPT,
            scope=Scope.MANAGE,
        )
    )
declare(
    Query(
        path="/hyena/system/listPointType",
        parameters=(IDENT,),
        answer=Form(
            schema=shape(data=NAMES, total={"type": "integer"}),
            example={"data": ["default", "score"], "total": 2},
        ),
        ask=_types,
    )
)
declare(
    Query(
        path="/hyena/system/analysePointLog",
        parameters=HOLDER,
        answer=Form(
            schema=shape(data={"anyOf": [FAULT, {"type": "null"}]}), example={"data": None}
        ),
        refusals=(Code.UNKNOWN_TYPE,),
        ask=_analysis,
    )
)
for _name in ("cleanCache", "dumpMemCache", "dumpQueue"):
    declare(
        Query(
            path=f"/hyena/system/{_name}",
            parameters=(IDENT,),
            answer=Form(schema=shape(data=NAMES), example={"data": []}),
            ask=_nothing,
        )
    )
