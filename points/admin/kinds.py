"""Types of points: which there are, and in which order their accounts spend."""

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gateway.desk.browsing import LedgerAdmin
from gateway.desk.columns import opened
from gateway.desk.display import list_page
from gateway.desk.filters import TenantFilter
from gateway.desk.search import begins
from points.admin import gauges
from points.models import PointType


@admin.display(description=_("point accounts"))
def accounts_link(kind: PointType) -> SafeString:
    """Return a link to the accounts of a type."""
    address = list_page("points_account", tenant=kind.tenant, type=kind.name)
    return format_html('<a class="link" href="{}">{}</a>', address, gettext("Accounts"))


@admin.register(PointType)
class PointTypeAdmin(LedgerAdmin):
    """Types of points, newest first."""

    list_display = ("name", "tenant", gauges.spending_order, accounts_link, opened)
    list_filter = (TenantFilter,)
    search_fields = ("name",)
    search_help_text = _("The name or how it begins")
    fieldsets = ((None, {"fields": list_display}),)

    def find(self, rows: QuerySet[PointType], *, text: str) -> QuerySet[PointType]:
        """Find by name."""
        return rows.filter(begins(text, column="name"))
