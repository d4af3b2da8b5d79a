"""What lists of packages and of their records can be narrowed to, beyond what every list can."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from gateway.desk.filters import Choices, LinkedFilter
from ledger import clock

DAYS_AHEAD = {"7": 7, "30": 30}
VALIDITIES: dict[str, Promise] = {
    "7": _("Expires within 7 days"),
    "30": _("Expires within 30 days"),
    "expired": _("Expired"),
}


class PackageFilter(LinkedFilter):
    """One package's records."""

    title = _("package")
    parameter_name = "package"


class ValidityFilter(DropdownFilter):
    """Packages that expire soon, or have expired."""

    title = _("validity")
    parameter_name = "validity"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        """Offer the usual spans."""
        return VALIDITIES.items()

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those; a package is valid through the whole of its last day."""
        today = clock.business_day(clock.now())
        if self.value() == "expired":
            return rows.filter(expires_on__lt=today)
        if self.value() in DAYS_AHEAD:
            until = today + timedelta(days=DAYS_AHEAD[self.value()])
            return rows.filter(expires_on__range=(today, until))
        return rows


class RemainderFilter(DropdownFilter):
    """Packages that are used up, or are not."""

    title = _("remaining")
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        """Offer both."""
        return [("none", _("Used up")), ("some", _("Not used up"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those."""
        if self.value() == "none":
            return rows.filter(remaining=0)
        return rows.filter(remaining__gt=0) if self.value() == "some" else rows
