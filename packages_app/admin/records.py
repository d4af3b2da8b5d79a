"""Records of packages: looked at, never touched, not even by a superuser."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from gateway.desk import columns
from gateway.desk.browsing import LedgerAdmin
from gateway.desk.filters import AccountFilter, DaysFilter, PeriodFilter, TenantFilter
from packages_app.admin import gauges, search
from packages_app.admin.filters import PackageFilter
from packages_app.models import Record


@admin.register(Record)
class RecordAdmin(LedgerAdmin):
    """Records of packages, newest first."""

    list_display = (
        columns.booked,
        gauges.package_link,
        columns.account_link,
        "tenant",
        columns.change_label,
        gauges.signed_quantity,
        gauges.remaining_after,
        columns.clipped_number,
        columns.by,
    )
    list_display_links = (columns.booked, columns.clipped_number)
    list_filter = (
        PackageFilter,
        AccountFilter,
        TenantFilter,
        ("change_type", ChoicesDropdownFilter),
        PeriodFilter,
        ("created_at", DaysFilter),
    )
    search_fields = ("number",)
    search_help_text = _("The whole package id, user id or trade number")
    fieldsets = (
        (
            _("Booking"),
            {
                "fields": (
                    gauges.package_link,
                    columns.account_link,
                    columns.change_label,
                    gauges.signed_quantity,
                    gauges.remaining_after,
                    "number",
                    columns.original_link,
                    columns.referring_links,
                    "memo",
                )
            },
        ),
        columns.ORIGIN,
        columns.CHAIN,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Record]:
        """Fetch each with its package and account."""
        rows: QuerySet[Record] = super().get_queryset(request)
        return columns.lighten(
            rows.select_related("package", "account"), request=request, texts=("memo",)
        )

    def find(self, rows: QuerySet[Record], *, text: str) -> QuerySet[Record]:
        """Find by package id, user id or trade number."""
        return search.find_records(rows, text=text)
