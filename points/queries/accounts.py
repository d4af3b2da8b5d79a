"""Whose points are asked for."""

from django.db.models import QuerySet

from ledger.refusals import Code, Refusal
from points.commands import Points
from points.commands import PointType as TypeHolder
from points.models import Account, PointType


def require_type(tenant: str, name: str) -> PointType:
    """Return the tenant's type of points of that name.

    :raises Refusal: UNKNOWN_TYPE if there is none.
    """
    found = PointType.objects.filter(digest=TypeHolder(tenant, name).digest).first()
    if found is None:
        raise Refusal(Code.UNKNOWN_TYPE, fields={"point_type": {"reason": "unknown-type"}})
    return found


def type_names(tenant: str) -> list[str]:
    """Return the names of the tenant's types of points."""
    types = PointType.objects.filter(tenant=tenant).order_by("name")
    return list(types.values_list("name", flat=True))


def account(holder: Points) -> Account | None:
    """Return the holder's account, or None."""
    return Account.objects.filter(holder_digest=holder.digest).first()


def accounts(
    tenant: str, *, point_type: str, user: str = "", sub_user: str = ""
) -> QuerySet[Account]:
    """Return the tenant's accounts of a type; those of one user, or sub-account, if it is named."""
    rows = Account.objects.filter(tenant=tenant, point_type=point_type)
    if user:
        rows = rows.filter(user=user)
    return rows.filter(sub_user=sub_user) if sub_user else rows
