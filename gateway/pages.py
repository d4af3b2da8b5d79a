"""Lists: a page by number, by row or by cursor, with a bounded count."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet, Value
from django.db.models.expressions import OrderBy
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

NEWEST_FIRST = "-pk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """What a list's pages are called on the wire, and whether the first one is a page or a row."""

    first: str
    size: str
    count: str
    is_by_page: bool

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return the parameters that every such list takes."""
        return (
            Integer(
                name=self.first,
                least=0,
                most=COUNT_MAX,
                default=0,
                help=f"{'Page' if self.is_by_page else 'Row'}, from 0.",
                example=0,
                yields_to="cursor",
            ),
            Integer(
                name=self.size, least=0, most=SIZE_MAX, default=10, help="Rows a page.", example=10
            ),
            Name(
                name="cursor",
                length=64,
                help=f"`next` of the page before; `{self.first}` is ignored then.",
            ),
            Boolean(name="exact", help="Count exactly, also above 10,000."),
        )

    def start(self, arguments: Arguments) -> int:
        """Return the first row.

        :raises Refusal: BAD_PARAMETER for a page beyond row 10,000.
        """
        size = arguments[self.size]
        step = size if self.is_by_page else 1
        start: int = arguments[self.first] * step
        if start + size > COUNT_MAX:
            most = (COUNT_MAX - size) // step
            raise _bad(self.first, "out-of-range", least=0, most=most)
        return start


BY_PAGE = Paging(first="pi", size="ps", count="count", is_by_page=True)
BY_ROW = Paging(first="start", size="size", count="total", is_by_page=False)
PARAMETERS = BY_PAGE.parameters


def page(
    rows: QuerySet[M],
    *,
    arguments: Arguments,
    write: Callable[[M], dict[str, Any]],
    paging: Paging = BY_PAGE,
) -> dict[str, Any]:
    """Return the count, `data` and `next` of the rows, each written by `write`.

    The newest come first, unless the arguments have `sorts`: then there is no `next`.

    :raises Refusal: BAD_PARAMETER for a page beyond row 10,000, a cursor that isn't one, or one
        beside `sorts`.
    """
    size = arguments[paging.size]
    sorts = (*arguments.get("sorts", ()), NEWEST_FIRST)
    has_cursors = sorts[0] == NEWEST_FIRST
    ordered = rows.order_by(*map(_term, sorts))
    start = 0
    if not arguments["cursor"]:
        start = paging.start(arguments)
    elif has_cursors:
        ordered = ordered.filter(pk__lt=_position(arguments["cursor"]))
    else:
        raise _bad("cursor", "cursor-and-sorts")
    found = list(ordered[start : start + size + 1])
    has_more = size > 0 and len(found) > size
    data = found[:size]
    return {
        **_count(rows, name=paging.count, is_exact=arguments["exact"]),
        "data": [write(row) for row in data],
        "next": _cursor(data[-1]) if has_more and has_cursors else None,
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


def _term(column: str) -> str | OrderBy:
    """Order by a column, descending after a minus; no value is the largest on every database."""
    if column == NEWEST_FIRST:
        return column
    name = column.removeprefix("-")
    return F(name).asc(nulls_last=True) if name == column else F(name).desc(nulls_first=True)


def _count(rows: QuerySet[M], *, name: str, is_exact: bool) -> dict[str, Any]:
    plain = rows.order_by()
    if is_exact:
        return {name: plain.count()}
    count = plain[: COUNT_MAX + 1].count()
    return {name: COUNT_MAX, "countIsLowerBound": True} if count > COUNT_MAX else {name: count}


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
