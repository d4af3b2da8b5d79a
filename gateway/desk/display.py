"""How figures, times, links and origins look on a page."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ledger.amounts import canonical
from ledger.terms import ActorKind

DECIMALS_MIN = 2
Figures = list[tuple[str, SafeString]]
ACTOR_KINDS: dict[str, Promise] = {
    ActorKind.CLIENT: _("API client"),
    ActorKind.OPERATOR: _("Operator"),
    ActorKind.ANONYMOUS: _("Anonymous"),
    ActorKind.SYSTEM: pgettext_lazy("actor", "System"),
}


def digits(value: Decimal | int) -> str:
    """Return all digits with thousands separators: money `1,234.50`, `0.00001`; units `1,234`."""
    if isinstance(value, int):
        return f"{value:,}"
    exact = canonical(value)
    exponent = exact.as_tuple().exponent
    is_short = isinstance(exponent, int) and exponent > -DECIMALS_MIN
    return f"{exact:,.{DECIMALS_MIN}f}" if is_short else f"{exact:,f}"


def amount(value: Decimal | int) -> SafeString:
    """Return an amount for a column of figures."""
    return format_html('<span class="amount">{}</span>', digits(value))


def change(value: Decimal | int) -> SafeString:
    """Return a signed amount for a column of figures, coloured by its direction."""
    if not value:
        return amount(value)
    direction, sign = ("in", "+") if value > 0 else ("out", "")
    return format_html('<span class="amount amount-{}">{}{}</span>', direction, sign, digits(value))


def moment(value: datetime) -> SafeString:
    """Return a time to the second in the service's time zone."""
    local = timezone.localtime(value, timezone.get_default_timezone())
    return format_html('<span class="figures">{}</span>', f"{local:%Y-%m-%d %H:%M:%S}")


def origin(actor: str) -> SafeString:
    """Return who did something: `operator:ann` reads `Operator ann`."""
    kind, _separator, name = actor.partition(":")
    text = f"{ACTOR_KINDS.get(kind, kind)} {name}".strip()
    return format_html('<span class="one-line">{}</span>', text)


def label(text: str | Promise, *, colour: str) -> SafeString:
    """Return a coloured label: info, success, warning or danger."""
    return mark_safe(  # noqa: S308 - the template escapes the text
        render_to_string("unfold/helpers/label.html", {"text": text, "type": colour})
    )


def word(text: str | Promise) -> SafeString:
    """Return one of our words as it begins a cell, on one line."""
    return format_html('<span class="one-line">{}</span>', capfirst(str(text)))


def code(text: str) -> SafeString:
    """Return a number or a hash in letters of one width, which may break anywhere."""
    return format_html('<span class="code">{}</span>', text) if text else format_html("{}", "-")


def clipped(text: str) -> SafeString:
    """Return a long text for a list, which cuts it short and has it whole under the pointer."""
    return format_html('<span class="clipped" title="{}">{}</span>', text, text or "-")


def page_of(row: Model) -> str:
    """Return the address of a row's page."""
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def list_page(name: str, **narrowed: int | str) -> str:
    """Return the address of a list, such as `wallets_record`, narrowed to those filters.

    It is empty if there is no such list: a page may name one that an app above it brings along.
    """
    try:
        address = reverse(f"admin:{name}_changelist")
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode(narrowed)}" if narrowed else address


def link(row: Model) -> SafeString:
    """Return a link to a row's page, which reads as the row."""
    return format_html(
        '<a class="clipped link" href="{}" title="{}">{}</a>', page_of(row), row, row
    )
