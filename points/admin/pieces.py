"""Held pieces: what each freeze holds of each lot, to be looked at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gateway.desk.browsing import LedgerAdmin
from gateway.desk.columns import account_link, number_link
from gateway.desk.filters import AccountFilter
from points.admin import gauges, search
from points.admin.filters import OpenFilter
from points.admin.linked import LotFilter
from points.models import HoldPiece, Log


@admin.register(HoldPiece)
class HoldPieceAdmin(LedgerAdmin):
    """Held pieces, newest first."""

    list_display = (
        "number",
        account_link,
        "tenant",
        gauges.lot_link,
        gauges.order,
        gauges.held_figure,
        gauges.held_cost_figure,
        gauges.expiry,
        gauges.open_label,
    )
    list_filter = (OpenFilter, AccountFilter, LotFilter)
    search_fields = ("reference",)
    search_help_text = _("The whole user id, sub-account or order, or #lot")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    (account_link, "tenant"),
                    ("frozen_by", gauges.lot_link),
                    (gauges.held_figure, gauges.held_cost_figure),
                    ("reference", "order_type"),
                    (gauges.expiry, gauges.open_label),
                )
            },
        ),
    )

    @admin.display(description=_("hold"))
    def number(self, piece: HoldPiece) -> str:
        """Return the place of the log that froze it."""
        return f"#{piece.hold}"

    @admin.display(description=_("tenant"))
    def tenant(self, piece: HoldPiece) -> str:
        """Return the account's tenant."""
        return piece.account.tenant

    @admin.display(description=_("frozen by"))
    def frozen_by(self, piece: HoldPiece) -> str:
        """Return a link to the log that froze it."""
        log = Log.objects.filter(account=piece.account_id, sequence=piece.hold).first()
        return "-" if log is None else number_link(log)

    def get_queryset(self, request: HttpRequest) -> QuerySet[HoldPiece]:
        """Fetch each with its account and lot."""
        rows: QuerySet[HoldPiece] = super().get_queryset(request)
        return rows.select_related("account", "lot").defer("lot__extra")

    def find(self, rows: QuerySet[HoldPiece], *, text: str) -> QuerySet[HoldPiece]:
        """Find by user id, sub-account, order or lot."""
        return search.find_pieces(rows, text=text)
