"""How accounts, lots and held pieces stand: columns of figures."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gateway.desk.display import (
    amount,
    clipped,
    digits,
    label,
    link,
    moment,
    page_of,
    word,
)
from gateway.desk.gauges import bar, chip, level, nearness
from ledger import clock
from points.admin.standing import of_account, of_lot
from points.models import NEVER, Account, HoldPiece, Log, Lot, LotLog, PointType


def expiry_chip(at: datetime, *, points: Decimal | None = None) -> SafeString:
    """Return a time of expiry, or points that expire then, coloured by how near it is."""
    if at == NEVER:
        return word(_("never"))
    near = nearness((at - clock.now()).days, last_day=gettext("less than a day left"))
    if at <= clock.now():
        near = nearness(-1, last_day="")
    return chip(near, texts=[moment(at) if points is None else digits(points)])


@admin.display(description=_("user id"))
def user(account: Account) -> SafeString:
    """Return the user id, cut short by the page where it is long."""
    return clipped(account.user)


@admin.display(description=_("sub-account"))
def sub_user(account: Account) -> SafeString:
    """Return the sub-account, cut short by the page where it is long."""
    return clipped(account.sub_user)


@admin.display(description=_("name"))
def name(account: Account) -> SafeString:
    """Return the name, cut short by the page where it is long."""
    return clipped(account.name)


@admin.display(description=_("available"))
def available_figure(account: Account) -> SafeString:
    """Return what is available of an account now."""
    return amount(of_account(account).figures.available)


@admin.display(description=_("frozen"))
def frozen_figure(account: Account) -> SafeString:
    """Return what is frozen of an account now."""
    return amount(of_account(account).figures.frozen)


@admin.display(description=_("used"))
def used_figure(account: Account) -> SafeString:
    """Return what is used of an account."""
    return amount(account.used)


@admin.display(description=_("cost"))
def cost_figure(row: Account | Lot) -> SafeString:
    """Return the money behind what an account or a lot has now."""
    figures = of_lot(row) if isinstance(row, Lot) else of_account(row).figures
    return amount(figures.cost)


@admin.display(description=_("expiring soon"))
def expiring(account: Account) -> SafeString:
    """Return what expires within 30 days, coloured by when the first of it does."""
    found = of_account(account)
    if found.first is None:
        return format_html("{}", "-")
    return expiry_chip(found.first, points=found.near)


@admin.display(description=_("status"))
def enabled_label(account: Account) -> str:
    """Return whether an account is enabled, as a coloured label."""
    if account.is_enabled:
        return label(_("enabled"), colour="success")
    return label(_("disabled"), colour="danger")


@admin.display(description=_("spending order"))
def spending_order(row: Account | PointType) -> SafeString:
    """Return which lots are spent first."""
    return word(row.get_spending_order_display())


@admin.display(description=_("remaining / granted"))
def remaining(lot: Lot) -> SafeString:
    """Return what is available or frozen of a lot now, as a bar that shrinks."""
    left = of_lot(lot).points
    return bar(left, whole=lot.total, level=level(left, whole=lot.total))


@admin.display(description=_("expires"))
def expiry(row: Lot | HoldPiece) -> SafeString:
    """Return when a lot or a hold expires."""
    return expiry_chip(row.expires_at)


@admin.display(description=_("issued"))
def issued(lot: Lot) -> SafeString:
    """Return when the caller says that a lot was issued."""
    return format_html("{}", "-") if lot.issued_at is None else moment(lot.issued_at)


@admin.display(description=_("order"))
def order(row: Lot | HoldPiece | Log) -> SafeString:
    """Return the caller's order."""
    return clipped(row.reference)


@admin.display(description=_("lot"))
def lot_link(row: HoldPiece | LotLog) -> SafeString:
    """Return a link to the lot of a row."""
    return link(row.lot)


@admin.display(description=_("hold"))
def piece_link(piece: HoldPiece) -> SafeString:
    """Return a link to a held piece, which reads as the place of the log that froze it."""
    return format_html('<a class="link" href="{}">#{}</a>', page_of(piece), piece.hold)


@admin.display(description=_("points held"))
def held_figure(row: Any) -> SafeString:
    """Return the points that a hold, or a piece of one, has."""
    return amount(row.points)


@admin.display(description=_("cost held"))
def held_cost_figure(row: Any) -> SafeString:
    """Return the cost of what a hold, or a piece of one, has."""
    return amount(row.cost)


@admin.display(description=_("status"))
def open_label(piece: HoldPiece) -> str:
    """Return whether a piece is held, as a coloured label."""
    if not piece.is_open:
        return label(_("closed"), colour="info")
    if piece.expires_at <= clock.now():
        return label(_("expired, not yet booked"), colour="warning")
    return label(_("open"), colour="success")
