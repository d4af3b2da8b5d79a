"""What the ledger keeps, to be looked at: nobody adds, changes or deletes it through the ORM."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from unfold.admin import ModelAdmin

from gateway.desk.pages import BoundedChangeList, BoundedPaginator

Fieldset = tuple[str | Promise | None, dict[str, Any]]


class LedgerAdmin(ModelAdmin):
    """Rows of the ledger, newest first. A domain's admin says what is shown and how to `find`."""

    list_filter_submit = True
    list_per_page = 50
    ordering = ("-pk",)
    sortable_by = ()
    actions = None
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def find(self, rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
        """Keep the rows that a text in the search field names."""
        raise NotImplementedError

    def prepare(self, rows: Iterable[Any]) -> None:
        """Fetch what a list shows beside the rows of one page: by default nothing."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by what is typed, without the spaces around it."""
        text = search_term.strip()
        return (self.find(queryset, text=text) if text else queryset), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        """Return a list for millions of rows."""
        return BoundedChangeList

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Add nothing: operations do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Change nothing."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Delete nothing."""
        return False

    def has_adjust_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this operator may post commands about such rows by hand."""
        codename = get_permission_codename("adjust", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{codename}"))
