"""What a list can be narrowed to."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters, ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from clients.models import Tenant
from ledger import clock

Choices = Iterable[tuple[str, str | Promise]]
DAY = timedelta(days=1)
PERIODS: dict[str, Promise] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "week": _("Last 7 days"),
    "days": _("Last 30 days"),
    "month": _("This month"),
    "before": _("Last month"),
}


class TenantFilter(DropdownFilter):
    """One tenant's rows."""

    title = _("tenant")
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        """Offer every tenant."""
        idents = Tenant.objects.values_list("ident", flat=True)
        return [(ident, ident) for ident in idents]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen one's."""
        return rows.filter(tenant=self.value()) if self.value() else rows


class LinkedFilter(DropdownFilter):
    """The rows of one thing, which `parameter_name` refers to: offered only by a link to it."""

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Choices:
        """Offer the chosen one."""
        if not self.value():
            return []
        things: Any = model_admin.model._meta.get_field(self.parameter_name).related_model
        return [(str(thing.pk), str(thing)) for thing in things.objects.filter(pk=self._chosen())]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep its rows."""
        return rows.filter(**{self.parameter_name: self._chosen()}) if self.value() else rows

    def _chosen(self) -> int:
        text = self.value()
        if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 - 64 bits
            raise IncorrectLookupParameters
        return int(text)


class AccountFilter(LinkedFilter):
    """One account's rows."""

    title = _("account")
    parameter_name = "account"


class PeriodFilter(DropdownFilter):
    """A span of business days that ends now or lately."""

    title = _("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        """Offer the usual ones."""
        return PERIODS.items()

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what happened in it."""
        if self.value() not in PERIODS:
            return rows
        first, last = period(self.value(), today=clock.business_day(clock.now()))
        return rows.filter(created_at__gte=_start(first), created_at__lt=_start(last + DAY))


class DaysFilter(RangeDateFilter):
    """From one business day to another, both included."""

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what happened in between."""
        first = self.used_parameters.get(f"{self.parameter_name}_from")
        last = self.used_parameters.get(f"{self.parameter_name}_to")
        if first:
            rows = rows.filter(created_at__gte=_start(_day(first)))
        if last:
            rows = rows.filter(created_at__lt=_start(_day(last) + DAY))
        return rows


def period(name: str, *, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    month = today.replace(day=1)
    return {
        "today": (today, today),
        "yesterday": (today - DAY, today - DAY),
        "week": (today - 6 * DAY, today),
        "days": (today - 29 * DAY, today),
        "month": (month, today),
        "before": ((month - DAY).replace(day=1), month - DAY),
    }[name]


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise IncorrectLookupParameters from error
    if not 1970 <= day.year <= 2199:  # noqa: PLR2004 - the years the service knows
        raise IncorrectLookupParameters
    return day
