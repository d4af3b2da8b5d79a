"""What an account's page shows beside the account: figures, open lots and holds, latest logs."""

from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gateway.desk import columns
from gateway.desk.display import (
    Figures,
    amount,
    clipped,
    code,
    link,
    list_page,
    moment,
    origin,
    page_of,
)
from gateway.desk.trail import RECORDS_SHOWN, Columns, Section, User, may_see, table
from points.admin import gauges, steps
from points.admin.held import Hold, open_holds, open_lots
from points.admin.standing import of_account
from points.models import Account, HoldPiece, Log, Lot, Note

LOTS_NAMED = 5


def of_page(account: Account | None, *, user: User) -> dict[str, Any]:
    """Return the page's figures, and the sections for who may see them."""
    if account is None:
        return {}
    makers = ((Lot, _lots), (HoldPiece, _holds), (Log, _logs))
    made = [make(account) for model, make in makers if may_see(model, user=user)]
    return {"figures": figures(account), "sections": [*made, _notes(account)]}


def main_figures(account: Account) -> Figures:
    """Return what an account holds now, each figure with its label."""
    return [
        (pgettext("points", "Available"), gauges.available_figure(account)),
        (_("Frozen"), gauges.frozen_figure(account)),
        (_("Cost"), gauges.cost_figure(account)),
    ]


def figures(account: Account) -> Figures:
    """Return what an account holds now, what will expire soon, and what has expired unbooked."""
    standing = of_account(account)
    return [
        *main_figures(account),
        (_("Expires within 7 days"), amount(standing.soon)),
        (_("Expires within 30 days"), amount(standing.near)),
        (_("Expired, not yet booked"), amount(standing.unbooked)),
    ]


def latest_logs(logs: QuerySet[Log]) -> list[Log]:
    """Return the latest logs, without the texts that no table shows."""
    newest = logs.order_by("-sequence").defer(*steps.LONG_TEXTS)
    return list(newest[:RECORDS_SHOWN])


def _lots(account: Account) -> Section:
    shown: Columns = [
        (_("Lot"), link),
        (_("Remaining / granted"), gauges.remaining),
        (_("Cost"), gauges.cost_figure),
        (_("Expires"), gauges.expiry),
        (_("Order"), gauges.order),
        (_("Granted at"), columns.opened),
    ]
    return Section(
        title=_("Open lots"),
        table=table(open_lots(account, most=RECORDS_SHOWN), columns=shown),
        whole_list=list_page("points_lot", account=account.pk),
    )


def _holds(account: Account) -> Section:
    holds = open_holds(account, most=RECORDS_SHOWN)
    logs = Log.objects.filter(account=account, sequence__in=[each.sequence for each in holds])
    frozen_by = {log.sequence: log for log in logs.only("sequence", "created_at")}
    shown: Columns = [
        (_("Hold"), lambda hold: _hold_link(hold, log=frozen_by.get(hold.sequence))),
        (_("Order"), lambda hold: clipped(hold.reference)),
        (_("Points held"), gauges.held_figure),
        (_("Cost held"), gauges.held_cost_figure),
        (_("Expires"), lambda hold: gauges.expiry_chip(hold.expires_at)),
        (_("Lots"), _lot_links),
    ]
    return Section(
        title=_("Open holds"),
        table=table(holds, columns=shown),
        whole_list=list_page("points_holdpiece", account=account.pk),
    )


def _logs(account: Account) -> Section:
    shown: Columns = [
        (_("Time"), columns.booked),
        *steps.columns(),
        (_("Order"), gauges.order),
        (_("Trade number"), columns.number_link),
        (_("By"), columns.by),
    ]
    return Section(
        title=_("Latest logs"),
        table=table(latest_logs(account.logs.all()), columns=shown),
        whole_list=list_page("points_log", account=account.pk),
    )


def _notes(account: Account) -> Section:
    shown: Columns = [
        (_("Time"), lambda note: moment(note.created_at)),
        (_("Setting"), lambda note: _("Enabled") if note.is_enabled else _("Disabled")),
        (_("Reason"), lambda note: note.memo or "-"),
        (_("By"), lambda note: origin(note.actor)),
        (_("Request"), lambda note: code(note.request_id)),
    ]
    notes = Note.objects.filter(account=account).order_by("-pk")[:RECORDS_SHOWN]
    return Section(title=_("Changed settings"), table=table(notes, columns=shown))


def _hold_link(hold: Hold, *, log: Log | None) -> SafeString:
    if log is None:
        return format_html("#{}", hold.sequence)
    return format_html(
        '<a class="link one-line" href="{}">#{}</a> {}',
        page_of(log),
        hold.sequence,
        moment(log.created_at),
    )


def _lot_links(hold: Hold) -> SafeString:
    named = ((page_of(Lot(pk=lot)), lot) for lot in hold.lots[:LOTS_NAMED])
    links = format_html_join(", ", '<a class="link" href="{}">#{}</a>', named)
    more = len(hold.lots) - LOTS_NAMED
    return format_html("{} + {}", links, more) if more > 0 else links
