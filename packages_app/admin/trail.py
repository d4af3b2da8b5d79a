"""What a package's page shows beside the package: its figures, and its latest records."""

from typing import Any

from django.utils.translation import gettext as _

from gateway.desk.columns import booked, by, change_label, number_link
from gateway.desk.display import Figures, list_page
from gateway.desk.trail import Columns, User, latest
from packages_app.admin import gauges
from packages_app.models import Package


def of_package(package: Package | None, *, user: User) -> dict[str, Any]:
    """Return the page's figures, and its records for who may see them."""
    if package is None:
        return {}
    columns: Columns = [
        (_("Time"), booked),
        (_("Change"), change_label),
        (_("Quantity"), gauges.signed_quantity),
        (_("Remaining after"), gauges.remaining_after),
        (_("Trade number"), number_link),
        (_("By"), by),
    ]
    return {
        "figures": figures(package),
        "records": latest(package.records.all(), columns=columns, user=user),
        "all_records": list_page("packages_record", package=package.pk),
    }


def figures(package: Package) -> Figures:
    """Return how a package stands, each figure with its label."""
    return [
        (_("Remaining"), gauges.remaining(package)),
        (_("Used today"), gauges.used_today(package)),
        (_("Last valid day"), gauges.last_day(package)),
    ]
