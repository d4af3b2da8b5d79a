"""What lists of points can be narrowed to, beyond what every list can."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from gateway.desk.filters import Choices
from ledger import clock
from points.models import NEVER, Lot, PointType

DAYS_AHEAD = {"7": timedelta(days=7), "30": timedelta(days=30)}


class Choice(DropdownFilter):
    """One of a few conditions."""

    options: dict[str, str | Promise]

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        """Offer them."""
        return self.options.items()

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that meet the chosen one."""
        return rows.filter(self.condition(self.value())) if self.value() in self.options else rows

    def condition(self, chosen: str) -> Q:
        """Return the condition."""
        raise NotImplementedError


class TypeFilter(DropdownFilter):
    """Accounts of one type of points."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        """Offer every tenant's types."""
        names = PointType.objects.values_list("name", flat=True).distinct().order_by("name")
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those, by the index that begins with the tenant."""
        if not self.value():
            return rows
        tenants = PointType.objects.filter(name=self.value()).values_list("tenant", flat=True)
        return rows.filter(tenant__in=list(tenants), point_type=self.value())


class EnabledFilter(Choice):
    """Accounts that move, or don't."""

    title = _("status")
    parameter_name = "enabled"
    options = {"yes": _("Enabled"), "no": _("Disabled")}

    def condition(self, chosen: str) -> Q:
        """Return the condition."""
        return Q(is_enabled=chosen == "yes")


class ExpiringFilter(Choice):
    """Accounts with points that expire soon, or have expired and are not booked yet."""

    title = _("points expiring")
    parameter_name = "expiring"
    options = {
        "7": _("Expires within 7 days"),
        "30": _("Expires within 30 days"),
        "unbooked": _("Expired, not yet booked"),
    }

    def condition(self, chosen: str) -> Q:
        """Return the condition, which an index of lots by expiry answers."""
        now = clock.now()
        ahead = DAYS_AHEAD.get(chosen)
        span = (
            {"expires_at__gt": now, "expires_at__lte": now + ahead}
            if ahead
            else {"expires_at__lte": now}
        )
        return Q(pk__in=Lot.objects.filter(is_spendable=True, **span).values("account"))


class LotExpiryFilter(Choice):
    """Lots that expire soon, have expired, or never will."""

    title = _("expiry")
    parameter_name = "expiry"
    options = {
        "7": _("Expires within 7 days"),
        "30": _("Expires within 30 days"),
        "expired": _("Expired"),
        "never": _("Never expires"),
    }

    def condition(self, chosen: str) -> Q:
        """Return the condition; who looks for what will expire means what can still be spent."""
        now = clock.now()
        if chosen in DAYS_AHEAD:
            until = now + DAYS_AHEAD[chosen]
            return Q(is_spendable=True, expires_at__gt=now, expires_at__lte=until)
        either = Q(is_spendable__in=[True, False])  # So that the index by expiry serves.
        return either & (Q(expires_at=NEVER) if chosen == "never" else Q(expires_at__lte=now))


class RemainderFilter(Choice):
    """Lots that can be spent from, or can't."""

    title = _("available")
    parameter_name = "left"
    options = {"some": _("Has available points"), "none": _("Has none")}

    def condition(self, chosen: str) -> Q:
        """Return the condition."""
        can_be_spent = Q(is_spendable=True, expires_at__gt=clock.now())
        return can_be_spent if chosen == "some" else ~can_be_spent


class OpenFilter(Choice):
    """Held pieces that are held now, are held no more, or have expired unbooked."""

    title = _("status")
    parameter_name = "open"
    options = {
        "yes": _("Open"),
        "unbooked": _("Expired, not yet booked"),
        "no": _("Closed"),
    }

    def condition(self, chosen: str) -> Q:
        """Return the condition."""
        if chosen == "no":
            return Q(is_open=False)
        is_over = Q(expires_at__lte=clock.now())
        return Q(is_open=True) & (is_over if chosen == "unbooked" else ~is_over)
