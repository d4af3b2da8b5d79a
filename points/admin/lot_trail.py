"""What a lot's page shows beside the lot: where its points went, who holds them, which logs."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gateway.desk import columns
from gateway.desk.display import Figures, amount, list_page
from gateway.desk.trail import RECORDS_SHOWN, Columns, Section, User, may_see, table
from points.admin import gauges, steps
from points.admin.standing import of_lot
from points.models import HoldPiece, Log, Lot, LotLog

TEXTS = tuple(f"log__{name}" for name in steps.LONG_TEXTS)


def of_page(lot: Lot | None, *, user: User) -> dict[str, Any]:
    """Return the page's figures, and the sections for who may see them."""
    if lot is None:
        return {}
    makers = ((HoldPiece, _pieces), (Log, _logs))
    made = [make(lot) for model, make in makers if may_see(model, user=user)]
    return {"figures": figures(lot), "sections": [_pots(lot), *made]}


def figures(lot: Lot) -> Figures:
    """Return how a lot stands now, each figure with its label."""
    return [
        (_("Remaining / granted"), gauges.remaining(lot)),
        (pgettext("points", "Available"), amount(of_lot(lot).available)),
        (_("Expires"), gauges.expiry(lot)),
    ]


def _pots(lot: Lot) -> Section:
    now = of_lot(lot)
    rows = [
        (pgettext("points", "Available"), now.available, now.available_cost),
        (_("Frozen"), now.frozen, now.frozen_cost),
        (_("Used"), now.used, now.used_cost),
        (_("Refunded"), now.refunded, now.refunded_cost),
        (_("Cancelled"), now.cancelled, now.cancelled_cost),
        (_("Expired"), now.expired, now.expired_cost),
        (_("Granted"), now.total, now.total_cost),
    ]
    shown: Columns = [
        (_("Status"), lambda row: row[0]),
        (_("Points"), lambda row: amount(row[1])),
        (_("Cost"), lambda row: amount(row[2])),
    ]
    return Section(title=_("Where its points are"), table=table(rows, columns=shown))


def _pieces(lot: Lot) -> Section:
    pieces = HoldPiece.objects.filter(lot=lot, is_open=True).order_by("pk")[:RECORDS_SHOWN]
    shown: Columns = [
        (_("Hold"), gauges.piece_link),
        (_("Points held"), gauges.held_figure),
        (_("Cost held"), gauges.held_cost_figure),
        (_("Expires"), gauges.expiry),
        (_("Status"), gauges.open_label),
    ]
    return Section(
        title=_("Held of it"),
        table=table(pieces, columns=shown),
        whole_list=list_page("points_holdpiece", lot=lot.pk),
    )


def _logs(lot: Lot) -> Section:
    newest = LotLog.objects.filter(lot=lot).select_related("log").defer(*TEXTS).order_by("-pk")
    shown: Columns = [
        (_("Time"), lambda line: columns.booked(line.log)),
        *steps.columns(),
        (_("Order"), lambda line: gauges.order(line.log)),
        (_("Trade number"), lambda line: columns.number_link(line.log)),
        (_("By"), lambda line: columns.by(line.log)),
    ]
    return Section(
        title=_("What happened to it"),
        table=table(newest[:RECORDS_SHOWN], columns=shown),
        whole_list=list_page("points_lotlog", lot=lot.pk),
    )
