"""What can be asked about points. Nothing here changes anything."""

from points.queries.accounts import (
    account,
    accounts,
    require_type,
    type_names,
)
from points.queries.audit import Audit
from points.queries.due import Due, accounts_due, count_due
from points.queries.present import (
    accounts_now,
    available_at,
    lots_now,
    open_at,
    owed_at,
    with_frozen_at,
)

__all__ = [
    "Audit",
    "Due",
    "account",
    "accounts",
    "accounts_due",
    "accounts_now",
    "available_at",
    "count_due",
    "lots_now",
    "open_at",
    "owed_at",
    "require_type",
    "type_names",
    "with_frozen_at",
]
