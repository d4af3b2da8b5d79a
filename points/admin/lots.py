"""Lots: looked at, and cancelled through the ledger."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from gateway.desk.adjusting import page
from gateway.desk.browsing import LedgerAdmin
from gateway.desk.columns import account_link, changed, opened
from gateway.desk.filters import AccountFilter, TenantFilter
from points.admin import adjustments, gauges, lot_trail, search, standing
from points.admin.filters import LotExpiryFilter, RemainderFilter
from points.models import Lot


@admin.register(Lot)
class LotAdmin(LedgerAdmin):
    """Lots, newest first, with their figures as they are now."""

    list_display = (
        "number",
        account_link,
        "tenant",
        gauges.remaining,
        gauges.cost_figure,
        gauges.expiry,
        gauges.order,
        opened,
    )
    list_filter = (LotExpiryFilter, RemainderFilter, TenantFilter, AccountFilter)
    search_fields = ("reference",)
    search_help_text = _("The whole user id, sub-account, order or trade number, or #lot")
    change_form_outer_before_template = "admin/desk/figures.html"
    change_form_outer_after_template = "admin/desk/sections.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    (account_link, "tenant"),
                    ("reference", "tag"),
                    ("source_type", "order_type", "pay_type"),
                    (gauges.issued, opened),
                    (changed, "sequence"),
                    "extra",
                )
            },
        ),
    )
    actions_detail = ("cancel_lot",)

    @admin.display(description=_("lot"))
    def number(self, lot: Lot) -> str:
        """Return the lot's id."""
        return str(lot)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lot]:
        """Fetch each with its account."""
        rows: QuerySet[Lot] = super().get_queryset(request)
        return rows.select_related("account").defer("extra")

    def find(self, rows: QuerySet[Lot], *, text: str) -> QuerySet[Lot]:
        """Find by user id, sub-account, order, number or id."""
        return search.find_lots(rows, text=text)

    def prepare(self, rows: Iterable[Lot]) -> None:
        """Fetch what expired holds have given back, for the whole page at once."""
        standing.prepare_lots(rows)

    def has_adjust_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this operator may adjust the accounts that lots belong to."""
        return bool(request.user.has_perm("points.adjust_account"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the lot's figures, holds and logs to the page."""
        context.update(lot_trail.of_page(kwargs["obj"], user=request.user))
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Offer to cancel a lot that can be: something is available, nothing frozen."""
        lot = self.get_object(request, str(object_id))
        now = None if lot is None else standing.of_lot(lot)
        is_free = now is not None and now.available > 0 and not now.frozen
        return super().get_actions_detail(request, object_id) if is_free else []

    cancel_lot = page(adjustments.CANCEL, name="cancel_lot", variant=ActionVariant.DANGER)
