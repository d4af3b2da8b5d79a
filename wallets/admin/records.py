"""Records: looked at, never touched, not even by a superuser."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from gateway.desk import columns
from gateway.desk.browsing import LedgerAdmin
from gateway.desk.display import amount, change, word
from gateway.desk.filters import AccountFilter, DaysFilter, PeriodFilter, TenantFilter
from wallets.admin import search
from wallets.models import Record

TIME_PARAMETERS = {"period", "created_at_from", "created_at_to"}


@admin.register(Record)
class RecordAdmin(LedgerAdmin):
    """Records, newest first."""

    list_display = (
        columns.booked,
        columns.account_link,
        "tenant",
        columns.change_label,
        "purpose_label",
        "signed_amount",
        "balance_figure",
        columns.clipped_number,
        columns.by,
    )
    list_display_links = (columns.booked, columns.clipped_number)
    list_filter = (
        TenantFilter,
        ("change_type", ChoicesDropdownFilter),
        ("trade_type", ChoicesDropdownFilter),
        PeriodFilter,
        ("created_at", DaysFilter),
        AccountFilter,
    )
    search_fields = ("number",)
    search_help_text = _("The whole user id, or the whole trade number")
    fieldsets = (
        (
            _("Booking"),
            {
                "fields": (
                    columns.account_link,
                    columns.change_label,
                    "purpose_label",
                    "signed_amount",
                    "balance_figure",
                    "number",
                    columns.original_link,
                    columns.referring_links,
                    "memo",
                    "extra",
                )
            },
        ),
        columns.ORIGIN,
        columns.CHAIN,
    )

    @admin.display(description=_("purpose"))
    def purpose_label(self, record: Record) -> str:
        """Return what it is for."""
        return word(record.get_trade_type_display())

    @admin.display(description=_("amount"))
    def signed_amount(self, record: Record) -> str:
        """Return the amount with its sign."""
        return change(record.amount)

    @admin.display(description=_("balance after"))
    def balance_figure(self, record: Record) -> str:
        """Return the balance after it."""
        return amount(record.balance)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Record]:
        """Fetch each with its account."""
        rows: QuerySet[Record] = super().get_queryset(request).select_related("account")
        return columns.lighten(rows, request=request, texts=("extra", "memo"))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Walk the index of time where the list is narrowed to a time."""
        return ("-created_at", "-pk") if TIME_PARAMETERS & set(request.GET) else ("-pk",)

    def find(self, rows: QuerySet[Record], *, text: str) -> QuerySet[Record]:
        """Find by user id or trade number."""
        return search.find_records(rows, text=text)
