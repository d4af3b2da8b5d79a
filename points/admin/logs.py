"""Logs of accounts and of lots: looked at, never touched, not even by a superuser."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from gateway.desk import columns
from gateway.desk.browsing import LedgerAdmin
from gateway.desk.display import moment
from gateway.desk.filters import AccountFilter, DaysFilter, PeriodFilter, TenantFilter
from points.admin import gauges, log_trail, search, steps
from points.admin.linked import LogFilter, LotFilter, OperationFilter
from points.models import Log, LotLog


@admin.register(Log)
class LogAdmin(LedgerAdmin):
    """Logs of accounts, newest first."""

    list_display = (
        columns.booked,
        columns.account_link,
        "tenant",
        steps.log_type,
        steps.moved_figure,
        steps.moved_cost_figure,
        steps.available_after_figure,
        gauges.order,
        columns.clipped_number,
        columns.by,
    )
    list_display_links = (columns.booked, columns.clipped_number)
    list_filter = (
        TenantFilter,
        ("log_type", ChoicesDropdownFilter),
        PeriodFilter,
        ("created_at", DaysFilter),
        AccountFilter,
        OperationFilter,
    )
    search_fields = ("number",)
    search_help_text = _("The whole user id, sub-account, order or trade number, or #lot")
    change_form_outer_after_template = "admin/desk/sections.html"
    fieldsets = (
        (
            _("Booking"),
            {
                "fields": (
                    (columns.account_link, steps.log_type),
                    (steps.moved_figure, steps.moved_cost_figure),
                    (steps.available_after_figure, steps.frozen_after_figure),
                    (steps.cost_after_figure, "number"),
                    (gauges.order, "tag"),
                    ("source_type", "order_type", "pay_type"),
                    "extra",
                    "memo",
                )
            },
        ),
        columns.ORIGIN,
        columns.CHAIN,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Log]:
        """Fetch each with its account."""
        rows: QuerySet[Log] = super().get_queryset(request).select_related("account")
        return columns.lighten(rows, request=request, texts=("extra", "memo"))

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Log | None:
        """Fetch one with all that its seal covers."""
        log: Log | None = super().get_object(request, *args, **kwargs)
        if log is not None:
            prefetch_related_objects([log], *Log.verified_with)
        return log

    def find(self, rows: QuerySet[Log], *, text: str) -> QuerySet[Log]:
        """Find by user id, sub-account, order, number or lot."""
        return search.find_logs(rows, text=text)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the lots it touched and its operation's other logs to the page."""
        context.update(log_trail.of_page(kwargs["obj"], user=request.user))
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer


@admin.register(LotLog)
class LotLogAdmin(LedgerAdmin):
    """What logs did to lots, newest first: where links from lots and logs lead."""

    list_display = (
        "time",
        gauges.lot_link,
        columns.account_link,
        steps.log_type,
        steps.moved_figure,
        steps.moved_cost_figure,
        steps.available_after_figure,
        steps.frozen_after_figure,
        "log_link",
    )
    list_display_links = None
    list_filter = (("log_type", ChoicesDropdownFilter), AccountFilter, LotFilter, LogFilter)
    fieldsets = ((None, {"fields": list_display}),)

    @admin.display(description=_("time"))
    def time(self, line: LotLog) -> str:
        """Return when it was booked."""
        return moment(line.log.created_at)

    @admin.display(description=_("trade number"))
    def log_link(self, line: LotLog) -> str:
        """Return a link to the log that did it."""
        return columns.number_link(line.log)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LotLog]:
        """Fetch each with its log, lot and account."""
        rows: QuerySet[LotLog] = super().get_queryset(request)
        texts = (*(f"log__{name}" for name in steps.LONG_TEXTS), "lot__extra")
        return rows.select_related("log", "lot", "account").defer(*texts)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those see them who see logs."""
        return bool(request.user.has_perm("points.view_log"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Let those see them who see logs."""
        return self.has_view_permission(request)
