"""What a list of accounts can be narrowed to, beyond what every list can."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import TextFilter

from gateway.desk.search import begins


class GroupFilter(TextFilter):
    """Accounts of groups that begin like this."""

    title = _("group")
    parameter_name = "group"

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those."""
        return rows.filter(begins(self.value(), column="group")) if self.value() else rows
