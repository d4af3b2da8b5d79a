"""Lists of millions of rows: a bounded count, and pages fetched by primary keys first."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

COUNT_MAX = 10_000


class AtLeast(int):
    """A count that goes on: it reads `10000+`."""

    def __str__(self) -> str:
        return f"{int(self)}+"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Count at most 10,000 rows, and fetch whole rows for one page only."""

    object_list: "QuerySet[Any]"

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or `10000+`."""
        found = self.object_list.order_by()[: COUNT_MAX + 1].count()
        return AtLeast(COUNT_MAX) if found > COUNT_MAX else found

    def page(self, number: int | str) -> "Page[Any]":
        """Return one page of rows."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = self.object_list
        keys = list(rows.values_list("pk", flat=True)[start : start + self.per_page])
        return Page(rows.filter(pk__in=keys), number, self)


class BoundedChangeList(ChangeList):
    """A list that doesn't count itself twice."""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch a page and what it shows; unfiltered, its count is the full count."""
        super().get_results(request)
        self.model_admin.prepare(self.result_list)
        if not self.has_active_filters and not self.query:
            self.full_result_count = self.result_count
