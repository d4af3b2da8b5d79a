"""Accounts: found, looked at, and adjusted through the ledger. The ORM changes nothing here."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.enums import ActionVariant

from gateway.desk.adjusting import page
from gateway.desk.browsing import LedgerAdmin
from gateway.desk.columns import changed, opened, record_count
from gateway.desk.display import amount, label
from gateway.desk.filters import TenantFilter
from wallets.admin import adjustments, search, trail
from wallets.admin.filters import GroupFilter
from wallets.admin.opening import open_account
from wallets.models import Account


@admin.register(Account)
class AccountAdmin(LedgerAdmin):
    """Accounts, newest first."""

    list_display = (
        "user",
        "name",
        "tenant",
        "group",
        "balance_figure",
        "credit_figure",
        "status_label",
        opened,
    )
    list_filter = (TenantFilter, GroupFilter, ("status", ChoicesDropdownFilter))
    search_fields = ("user",)
    search_help_text = _("User id or how it begins, a part of the name, or a trade number")
    change_form_outer_before_template = "admin/desk/figures.html"
    change_form_outer_after_template = "admin/wallets/account/trail.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("user", "name"),
                    ("tenant", "group"),
                    ("status_label", record_count),
                    (opened, changed),
                )
            },
        ),
    )
    actions_detail = (
        "add_money",
        "deduct_money",
        {
            "title": _("More"),
            "items": [
                "trade_flat",
                "balance_flat",
                "credit_line",
                "rename",
                "lock",
                "unlock",
            ],
        },
    )

    @admin.display(description=_("balance"))
    def balance_figure(self, account: Account) -> str:
        """Return the balance for its column."""
        return amount(account.balance)

    @admin.display(description=_("credit line"))
    def credit_figure(self, account: Account) -> str:
        """Return the credit line for its column."""
        return amount(account.credit)

    @admin.display(description=_("status"))
    def status_label(self, account: Account) -> str:
        """Return the status as a coloured label."""
        colour = "danger" if account.is_locked else "success"
        return label(account.get_status_display(), colour=colour)

    def find(self, rows: QuerySet[Account], *, text: str) -> QuerySet[Account]:
        """Find by user id, name or trade number."""
        return search.find_accounts(rows, text=text)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether this operator may open accounts."""
        return bool(request.user.has_perm("wallets.add_account"))

    def add_view(self, request: HttpRequest, *_args: Any, **_options: Any) -> HttpResponse:
        """Open an account by posting the command."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return open_account(admin=self, request=request)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the account's latest records and its notes to the page."""
        context.update(trail.of_account(kwargs["obj"], user=request.user))
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Offer to lock an unlocked account, and to unlock a locked one."""
        offered: list[Any] = super().get_actions_detail(request, object_id)
        account = self.get_object(request, str(object_id))
        moot = "_unlock" if account is None or not account.is_locked else "_lock"
        return [each for each in offered if not each.action_name.endswith(f"account{moot}")]

    add_money = page(adjustments.ADD, name="add_money", variant=ActionVariant.PRIMARY)
    deduct_money = page(adjustments.DEDUCT, name="deduct_money")
    trade_flat = page(adjustments.TRADE_FLAT, name="trade_flat")
    balance_flat = page(adjustments.BALANCE_FLAT, name="balance_flat")
    credit_line = page(adjustments.CREDIT, name="credit_line")
    rename = page(adjustments.RENAME, name="rename")
    lock = page(adjustments.LOCK, name="lock")
    unlock = page(adjustments.UNLOCK, name="unlock")
