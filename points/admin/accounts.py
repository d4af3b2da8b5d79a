"""Point accounts: found, looked at, and adjusted through the ledger."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from gateway.desk.adjusting import page
from gateway.desk.browsing import LedgerAdmin
from gateway.desk.columns import changed, opened, record_count
from gateway.desk.display import amount
from gateway.desk.filters import TenantFilter
from points.admin import adjustments, gauges, search, standing, trail
from points.admin.filters import EnabledFilter, ExpiringFilter, TypeFilter
from points.models import Account


@admin.register(Account)
class AccountAdmin(LedgerAdmin):
    """Point accounts, newest first, with their figures as they are now."""

    list_display = (
        gauges.user,
        gauges.sub_user,
        gauges.name,
        "point_type",
        "tenant",
        gauges.available_figure,
        gauges.frozen_figure,
        gauges.used_figure,
        gauges.cost_figure,
        gauges.expiring,
        gauges.enabled_label,
    )
    list_filter = (ExpiringFilter, TypeFilter, TenantFilter, EnabledFilter)
    list_display_links = (gauges.user,)
    search_fields = ("user",)
    search_help_text = _(
        "User id or how it begins, sub-account, a part of the name, trade number, order or #lot"
    )
    change_form_outer_before_template = "admin/desk/figures.html"
    change_form_outer_after_template = "admin/desk/sections.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("user", "name"),
                    ("sub_user", "tenant"),
                    ("point_type", gauges.spending_order),
                    (gauges.used_figure, "refunded_figure"),
                    ("cancelled_figure", "expired_figure"),
                    ("frozen_cost_figure", gauges.enabled_label),
                    (opened, changed),
                    record_count,
                )
            },
        ),
    )
    actions_detail = (
        "grant",
        "take",
        {"title": _("More"), "items": ["freeze", "release_hold", "disable", "enable"]},
    )

    @admin.display(description=_("refunded"))
    def refunded_figure(self, account: Account) -> str:
        """Return what was turned back into money."""
        return amount(account.refunded)

    @admin.display(description=_("cancelled"))
    def cancelled_figure(self, account: Account) -> str:
        """Return what was cancelled."""
        return amount(account.cancelled)

    @admin.display(description=_("expired"))
    def expired_figure(self, account: Account) -> str:
        """Return what has expired by now."""
        return amount(standing.of_account(account).figures.expired)

    @admin.display(description=_("cost of frozen points"))
    def frozen_cost_figure(self, account: Account) -> str:
        """Return the money behind what is frozen now."""
        return amount(standing.of_account(account).figures.frozen_cost)

    def find(self, rows: QuerySet[Account], *, text: str) -> QuerySet[Account]:
        """Find by user id, sub-account, name, number, order or lot."""
        return search.find_accounts(rows, text=text)

    def prepare(self, rows: Iterable[Account]) -> None:
        """Fetch what has expired and what will soon, for the whole page at once."""
        standing.prepare_accounts(rows)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the account's figures, lots, holds and logs to the page."""
        context.update(trail.of_page(kwargs["obj"], user=request.user))
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Offer what is not moot: to enable it or to disable it, to release what is held."""
        account = self.get_object(request, str(object_id))
        is_enabled = account is None or account.is_enabled
        moot = {"points_account_enable" if is_enabled else "points_account_disable"}
        if account is None or not account.frozen:
            moot.add("points_account_release_hold")
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.action_name not in moot]

    grant = page(adjustments.GRANT, name="grant", variant=ActionVariant.PRIMARY)
    take = page(adjustments.TAKE, name="take")
    freeze = page(adjustments.FREEZE, name="freeze")
    release_hold = page(adjustments.RELEASE, name="release_hold")
    disable = page(adjustments.DISABLE, name="disable")
    enable = page(adjustments.ENABLE, name="enable")
