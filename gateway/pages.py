"""Lists: a page by number or by cursor, newest first, with a bounded count."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from gateway.parameters import Boolean, Integer, Name, Parameter
from gateway.registry import Arguments
from ledger.refusals import Code, Refusal

COUNT_MAX = 10_000
SIZE_MAX = 1_000
ID_MAX = 2**63
AFTER_ALL_NAMES = "\U0010ffff"  # No name contains it, and it sorts after every one that doesn't.

M = TypeVar("M", bound=Model)

PARAMETERS: tuple[Parameter, ...] = (
    Integer(
        name="pi",
        least=0,
        most=COUNT_MAX,
        default=0,
        help="Page, from 0.",
        example=0,
        yields_to="cursor",
    ),
    Integer(name="ps", least=0, most=SIZE_MAX, default=10, help="Rows a page.", example=10),
    Name(name="cursor", length=64, help="`next` of the page before; `pi` is ignored then."),
    Boolean(name="exact", help="Count exactly, also above 10,000."),
)


def page(
    rows: QuerySet[M], *, arguments: Arguments, write: Callable[[M], dict[str, Any]]
) -> dict[str, Any]:
    """Return `{count, data, next}` of the rows, newest first, each written by `write`.

    :raises Refusal: BAD_PARAMETER for a page beyond row 10,000 or a cursor that isn't one.
    """
    size = arguments["ps"]
    newest = rows.order_by("-pk")
    if arguments["cursor"]:
        newest = newest.filter(pk__lt=_position(arguments["cursor"]))
        start = 0
    else:
        start = arguments["pi"] * size
        if start + size > COUNT_MAX:
            raise _bad("pi", "out-of-range", least=0, most=COUNT_MAX // size - 1)
    found = list(newest[start : start + size + 1])
    has_more = size > 0 and len(found) > size
    data = found[:size]
    return {
        **_count(rows, is_exact=arguments["exact"]),
        "data": [write(row) for row in data],
        "next": _cursor(data[-1]) if has_more else None,
    }


def containing(rows: QuerySet[M], *, field: str, text: str) -> QuerySet[M]:
    """Return the rows whose field contains the text: case counts, alike on every database."""
    return rows.filter(GreaterThan(StrIndex(field, Value(text)), 0))


def beginning(rows: QuerySet[M], *, field: str, text: str) -> QuerySet[M]:
    """Return the rows whose field begins with the text, byte for byte on every database."""
    return rows.filter(**{f"{field}__gte": text, f"{field}__lt": text + AFTER_ALL_NAMES})


def within(rows: QuerySet[M], *, arguments: Arguments) -> QuerySet[M]:
    """Return the rows of the period that `start_time` and `end_time` name."""
    if arguments["start_time"]:
        rows = rows.filter(created_at__gte=arguments["start_time"])
    if arguments["end_time"]:
        rows = rows.filter(created_at__lt=arguments["end_time"])
    return rows


def _count(rows: QuerySet[M], *, is_exact: bool) -> dict[str, Any]:
    plain = rows.order_by()
    if is_exact:
        return {"count": plain.count()}
    count = plain[: COUNT_MAX + 1].count()
    return (
        {"count": COUNT_MAX, "countIsLowerBound": True} if count > COUNT_MAX else {"count": count}
    )


def _cursor(row: Model) -> str:
    return urlsafe_b64encode(str(row.pk).encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except ValueError as error:
        raise _bad("cursor", "not-a-cursor") from error
    if not text.isdigit() or int(text) >= ID_MAX:
        raise _bad("cursor", "not-a-cursor")
    return int(text)


def _bad(name: str, reason: str, **facts: object) -> Refusal:
    return Refusal(Code.BAD_PARAMETER, fields={name: {"reason": reason, **facts}})
