"""Parameters that are lists."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from gateway.parameters.base import Parameter, bad, structure_of

_PREFIX = re.compile(r"^(?:pt|log|rec)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(Parameter):
    """Several values of another parameter's kind; none at all is an absent list."""

    ITEMS_MAX: ClassVar[int] = 1_000
    is_list: ClassVar[bool] = True
    item: Parameter

    def read(self, raw: Any) -> Any:
        """Take a JSON list, a parameter given several times, or one value alone."""
        return Parameter.read(self, None if raw == [] else raw)

    def parse(self, raw: Any) -> tuple[Any, ...]:
        """Return each value, checked."""
        values = raw if isinstance(raw, list) else [raw]
        if len(values) > self.ITEMS_MAX:
            raise bad("too-many", most=self.ITEMS_MAX)
        return tuple(self.item.parse(value) for value in values)

    def schema(self) -> dict[str, Any]:
        """Describe an array."""
        return {"type": "array", "items": self.item.schema(), "maxItems": self.ITEMS_MAX}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorts(Parameter):
    """By which columns a list is sorted: `columns` has their names on the wire and inside.

    Its value is a tuple of the columns inside, a descending one after a minus.
    """

    DESCENDING: ClassVar[str] = "desc"
    ORDERS: ClassVar[tuple[str, ...]] = ("asc", DESCENDING)
    is_structured: ClassVar[bool] = True
    columns: Mapping[str, str]
    default: Any = ()

    def parse(self, raw: Any) -> tuple[str, ...]:
        """Read [{"columns", "order"}], as a JSON list or as its text; descending by default.

        Where a column is named again, the first time counts.
        """
        sorts = structure_of(raw)
        if not isinstance(sorts, list):
            raise self._bad()
        signs: dict[str, str] = {}
        for sort in sorts:
            for column, sign in self._terms(sort):
                signs.setdefault(column, sign)
        return tuple(sign + column for column, sign in signs.items())

    def schema(self) -> dict[str, Any]:
        """Describe the list of columns and orders."""
        column = {"type": "string", "enum": list(self.columns)}
        members = {
            "columns": {"type": "array", "items": column},
            "order": {"type": "string", "enum": list(self.ORDERS), "default": self.DESCENDING},
        }
        return {"type": "array", "items": {"type": "object", "properties": members}}

    def _terms(self, sort: Any) -> Iterator[tuple[str, str]]:
        if not isinstance(sort, dict) or not isinstance(sort.get("columns"), list):
            raise self._bad()
        order = self.DESCENDING if sort.get("order") in (None, "") else sort["order"]
        if order not in self.ORDERS:
            raise self._bad()
        for name in sort["columns"]:
            column = self.columns.get(_PREFIX.sub("", name)) if isinstance(name, str) else None
            if column is None:
                raise self._bad()
            yield column, "-" if order == self.DESCENDING else ""

    def _bad(self) -> Exception:
        return bad("not-a-sort", columns=", ".join(self.columns))
