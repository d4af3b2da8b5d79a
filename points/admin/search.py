"""How accounts, lots, held pieces and logs are found by what an operator types.

Whole ids, numbers and orders are looked up by index; a part of a name is sought in accounts only.
A lot's id is written `#12`, or `12` if nothing else has that name.
"""

from typing import Any

from django.db.models import QuerySet

from gateway.desk.search import among, begins, ids
from points.models import Account, HoldPiece, Log, Lot, LotLog

ID_DIGITS_MAX = 18


def find_accounts(rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
    """Keep accounts by their user (or how it begins), sub-account, name, logs or lots."""
    accounts = Account.objects
    keys = {
        *ids(accounts.filter(begins(text, column="user"))),
        *ids(accounts.filter(sub_user=text)),
        *ids(rows.order_by("-pk").filter(name__icontains=text)),
        *_logs(text, column="account_id"),
    }
    return among(rows, pk=keys | _lots(text, column="account_id", is_sole=not keys))


def find_lots(rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
    """Keep lots of this user or sub-account, and those that a log so numbered has touched."""
    accounts = _accounts(text)
    touched = set(ids(LotLog.objects.filter(log__in=_logs(text)), column="lot_id"))
    lots = _lots(text, is_sole=not (accounts or touched))
    return among(rows, account_id=accounts, pk=touched | lots)


def find_pieces(rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
    """Keep held pieces of this user or sub-account, of this order, or of this lot."""
    accounts = _accounts(text)
    of_order = HoldPiece.objects.filter(
        account__in=set(ids(Log.objects.filter(reference=text), column="account_id")),
        is_open__in=[True, False],  # So that the index by order serves.
        reference=text,
    )
    keys = ids(of_order)
    lots = _lots(text, is_sole=not (accounts or keys))
    return among(rows, account_id=accounts, pk=keys, lot_id=lots)


def find_logs(rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
    """Keep logs of this user or sub-account, those so numbered, or those of this lot."""
    accounts, keys = _accounts(text), _logs(text)
    lots = _lots(text, is_sole=not (accounts or keys))
    of_lots = LotLog.objects.filter(lot__in=lots).order_by("-pk") if lots else LotLog.objects.none()
    return among(rows, account_id=accounts, pk=keys | set(ids(of_lots, column="log_id")))


def _accounts(text: str) -> list[int]:
    users, parts = (Account.objects.filter(**{name: text}) for name in ("user", "sub_user"))
    return [*ids(users), *ids(parts)]


def _logs(text: str, *, column: str = "pk") -> set[int]:
    logs = Log.objects.order_by("-pk")
    found = (ids(logs.filter(**{name: text}), column=column) for name in ("number", "reference"))
    return {key for keys in found for key in keys}


def _lots(text: str, *, column: str = "pk", is_sole: bool) -> set[int]:
    """Return the lot of this id; digits without # are one only if nothing else is so named."""
    digits = text.removeprefix("#")
    is_id = digits.isascii() and digits.isdigit() and len(digits) <= ID_DIGITS_MAX
    if not is_id or (digits == text and not is_sole):
        return set()
    return set(ids(Lot.objects.filter(pk=int(digits)), column=column))
