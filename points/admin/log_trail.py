"""What a log's page shows beside the log: the lots it touched, and its operation's other logs."""

from typing import Any

from django.utils.translation import gettext as _

from gateway.desk import columns
from gateway.desk.display import list_page
from gateway.desk.trail import RECORDS_SHOWN, Columns, Section, User, may_see, table
from points.admin import gauges, steps
from points.models import Log, Lot


def of_page(log: Log | None, *, user: User) -> dict[str, Any]:
    """Return the sections, for who may see them."""
    if log is None:
        return {}
    lots = [_lots(log)] if may_see(Lot, user=user) else []
    return {"sections": [*lots, _together(log)]}


def _lots(log: Log) -> Section:
    shown: Columns = [
        (_("Lot"), gauges.lot_link),
        *steps.columns(),
        (_("Frozen after"), steps.frozen_after_figure),
        (_("Lot expires"), lambda line: gauges.expiry(line.lot)),
    ]
    return Section(
        title=_("Lots it touched"),
        table=table(log.stored_lines()[:RECORDS_SHOWN], columns=shown),
        whole_list=list_page("points_lotlog", log=log.pk),
    )


def _together(log: Log) -> Section:
    places = (log.first_sequence, log.last_sequence)
    logs = Log.objects.filter(account=log.account_id, sequence__range=places).order_by("sequence")
    shown: Columns = [
        (_("Log"), columns.number_link),
        *steps.columns(),
        (_("Frozen after"), steps.frozen_after_figure),
        (_("Order"), gauges.order),
    ]
    light = logs.defer(*steps.LONG_TEXTS)
    return Section(
        title=_("Logs of the same operation"),
        table=table(light[:RECORDS_SHOWN], columns=shown),
        whole_list=list_page("points_log", operation=log.pk),
    )
