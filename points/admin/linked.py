"""Filters that only a link sets: the rows of one lot, of one log, of one operation."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gateway.desk.filters import Choices, LinkedFilter
from points.models import Log


class LotFilter(LinkedFilter):
    """One lot's rows."""

    title = _("lot")
    parameter_name = "lot"


class LogFilter(LinkedFilter):
    """One log's rows."""

    title = _("point log")
    parameter_name = "log"


class OperationFilter(LinkedFilter):
    """The logs of the operation that made one log."""

    title = _("operation")
    parameter_name = "operation"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        """Offer the chosen one's."""
        return [(str(log.pk), str(log)) for log in self._log()]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep them."""
        for log in self._log():
            places = (log.first_sequence, log.last_sequence)
            rows = rows.filter(account=log.account_id, sequence__range=places)
        return rows

    def _log(self) -> QuerySet[Log]:
        return Log.objects.filter(pk=self._chosen()) if self.value() else Log.objects.none()
