"""Packages: found, looked at, and adjusted through the ledger. The ORM changes nothing here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from gateway.desk.adjusting import page
from gateway.desk.browsing import LedgerAdmin
from gateway.desk.columns import account_link, changed, opened, record_count
from gateway.desk.filters import AccountFilter, TenantFilter
from packages_app.admin import adjustments, gauges, search, trail
from packages_app.admin.filters import RemainderFilter, ValidityFilter
from packages_app.models import Package


@admin.register(Package)
class PackageAdmin(LedgerAdmin):
    """Packages, newest first."""

    list_display = (
        "code",
        "name",
        account_link,
        "tenant",
        gauges.remaining,
        gauges.used_today,
        gauges.last_day,
    )
    list_display_links = ("code", "name")
    list_filter = (ValidityFilter, RemainderFilter, TenantFilter, AccountFilter)
    search_fields = ("code",)
    search_help_text = _("The whole package id, user id or trade number")
    change_form_outer_before_template = "admin/desk/figures.html"
    change_form_outer_after_template = "admin/desk/records.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "name"),
                    (account_link, gauges.limit_text),
                    ("tenant", "group"),
                    (opened, changed),
                    record_count,
                )
            },
        ),
    )
    actions_detail = ("add_capacity", "take_back", "refund_use")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Package]:
        """Fetch each with its account."""
        rows: QuerySet[Package] = super().get_queryset(request)
        return rows.select_related("account")

    def find(self, rows: QuerySet[Package], *, text: str) -> QuerySet[Package]:
        """Find by package id, user id or trade number."""
        return search.find_packages(rows, text=text)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the package's figures and latest records to the page."""
        context.update(trail.of_package(kwargs["obj"], user=request.user))
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    add_capacity = page(adjustments.ADD, name="add_capacity", variant=ActionVariant.PRIMARY)
    take_back = page(adjustments.TAKE_BACK, name="take_back")
    refund_use = page(adjustments.REFUND, name="refund_use")
