"""What logs moved, of an account or of one lot: columns of figures."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gateway.desk.columns import TEXTS_FOR_REPLAYS
from gateway.desk.display import amount, change, word
from gateway.desk.trail import Columns
from points.commands import LogType
from points.models import Log, LotLog

LONG_TEXTS = (*TEXTS_FOR_REPLAYS, "extra")
UNSIGNED = {LogType.FREEZE, LogType.UNFREEZE}


@admin.display(description=_("change"))
def log_type(row: Log | LotLog) -> SafeString:
    """Return what kind of step it was."""
    return word(row.get_log_type_display())


@admin.display(description=_("points"))
def moved_figure(row: Log | LotLog) -> SafeString:
    """Return the points it moved; with a sign, unless they still belong to the account."""
    if row.log_type in UNSIGNED:
        return amount(row.delta)
    return change(row.delta if row.log_type == LogType.INCREASE else -row.delta)


@admin.display(description=_("cost"))
def moved_cost_figure(row: Log | LotLog) -> SafeString:
    """Return the cost of what it moved."""
    return amount(row.delta_cost)


@admin.display(description=_("available after"))
def available_after_figure(row: Log | LotLog) -> SafeString:
    """Return what was available then."""
    return amount(row.available)


@admin.display(description=_("frozen after"))
def frozen_after_figure(row: Log | LotLog) -> SafeString:
    """Return what was frozen then."""
    return amount(row.frozen)


@admin.display(description=_("cost after"))
def cost_after_figure(row: Log | LotLog) -> SafeString:
    """Return the money behind what was left then."""
    return amount(row.cost)


def columns() -> Columns:
    """Return the columns that every table of logs has."""
    return [
        (gettext("Change"), log_type),
        (gettext("Points"), moved_figure),
        (gettext("Cost"), moved_cost_figure),
        (gettext("Available after"), available_after_figure),
    ]
