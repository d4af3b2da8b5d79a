"""Search: what is typed is resolved to ids first; no part of a text is sought in records."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

IDS_MAX = 1_000
AFTER_ALL_NAMES = "\U0010ffff"  # No name contains it, and it sorts after every one that does not.


def begins(prefix: str, *, column: str) -> Q:
    """Return the condition that a name begins like that, byte for byte on every database."""
    return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + AFTER_ALL_NAMES})


def ids(rows: QuerySet[Any], *, column: str = "pk") -> list[int]:
    """Return the first thousand ids."""
    return list(rows.values_list(column, flat=True)[:IDS_MAX])


def among(rows: QuerySet[Any], **found: Collection[int]) -> QuerySet[Any]:
    """Keep the rows one of whose columns is among the ids found for it."""
    conditions = [Q(**{f"{column}__in": keys}) for column, keys in found.items() if keys]
    return rows.filter(reduce(or_, conditions)) if conditions else rows.none()
