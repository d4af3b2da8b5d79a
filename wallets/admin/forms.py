"""What an operator fills in about an account."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from clients.models import Tenant
from gateway.desk.forms import AdjustmentForm, name_field, quantity_field, text_field
from wallets.commands import SCALE, TradeType
from wallets.models import TRADE_TYPES

PURPOSES = [
    (kind.value, capfirst(label))  # type: ignore[type-var]  # It keeps a lazy text lazy.
    for kind, label in TRADE_TYPES.items()
    if kind is not TradeType.REVERSAL
]


class AccountForm(AdjustmentForm):
    """What adjustments of an account ask."""

    amount = quantity_field(label=_("Amount"), scale=SCALE)
    signed_amount = quantity_field(label=_("Amount"), scale=SCALE, is_signed=True)
    credit = quantity_field(label=_("New credit line"), scale=SCALE, may_be_zero=True)
    name = text_field(label=_("New name"), length=128)
    trade_type = forms.TypedChoiceField(
        label=_("Purpose"),
        choices=PURPOSES,
        coerce=lambda value: TradeType(int(value)),
        widget=UnfoldAdminSelectWidget,
    )


class OpeningForm(forms.Form):
    """A new account."""

    tenant = forms.ModelChoiceField(
        label=_("Tenant"),
        queryset=Tenant.objects.all(),
        widget=UnfoldAdminSelectWidget,
        empty_label=None,
    )
    group = name_field(label=_("Group"), length=32, initial="-")
    user = name_field(
        label=_("User id"),
        length=64,
        help_text=_("The id that the calling system knows the holder by."),
    )
    name = text_field(label=_("Name"), length=128)
    memo = text_field(label=_("Memo"), length=1024, rows=3, required=False)
