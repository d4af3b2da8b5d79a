"""What an operator fills in about points."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from gateway.desk.display import digits
from gateway.desk.forms import (
    AdjustmentForm,
    CheckedField,
    moment_field,
    name_field,
    quantity_field,
)
from ledger import amounts
from ledger.amounts import plain
from points.admin.held import Hold, open_holds
from points.commands import SCALE
from points.models import NEVER

HOLDS_OFFERED = 100
CHOSEN = re.compile(r"([0-9]{1,18})/([0-9]{1,18}(?:\.[0-9]{1,2})?)", re.ASCII)


def _read_hold(value: str) -> tuple[int, Decimal]:
    found = CHOSEN.fullmatch(value)
    if found is None:
        raise ValueError(value)
    return int(found[1]), Decimal(found[2])


def _read_whole(text: str) -> Decimal:
    return amounts.parse(text, scale=SCALE, may_be_zero=True)


class HoldField(forms.TypedChoiceField):
    """One of the open holds, with the points that it had when the page was made.

    A hold that has been released meanwhile may still be sent: the operation knows what to say.
    """

    def valid_value(self, value: str) -> bool:
        """Take what names a hold and its points."""
        return CHOSEN.fullmatch(value) is not None


class PointsForm(AdjustmentForm):
    """What adjustments of points ask."""

    points = quantity_field(label=_("Points"), scale=SCALE)
    cost = quantity_field(label=_("Cost"), scale=SCALE, may_be_zero=True)
    reference = name_field(label=_("Order"), length=128, required=False)
    expires_at = moment_field(
        label=_("Expires"),
        required=False,
        help_text=_("In the time zone of the service. Left empty: never."),
    )
    hold = HoldField(
        label=_("Hold"),
        coerce=_read_hold,
        widget=UnfoldAdminSelectWidget,
        help_text=_("All that it holds is released."),
    )
    whole = CheckedField(read=_read_whole, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hold = self.fields.get("hold")
        if isinstance(hold, HoldField):
            hold.choices = _choices(open_holds(self.row, most=HOLDS_OFFERED))


def say(hold: Hold) -> str:
    """Return a hold in words, for a list to choose from."""
    until = ""
    if hold.expires_at != NEVER:
        local = timezone.localtime(hold.expires_at, timezone.get_default_timezone())
        until = gettext("until %(time)s") % {"time": f"{local:%Y-%m-%d %H:%M:%S}"}
    points = gettext("%(points)s points") % {"points": digits(hold.points)}
    said = (f"#{hold.sequence}", hold.reference, points, until)
    return " · ".join(each for each in said if each)


def _choices(holds: list[Hold]) -> list[tuple[str, str]]:
    """Return what to choose from; where there are several, none is chosen beforehand."""
    none = [("", gettext("Choose a hold"))] if len(holds) != 1 else []
    return none + [(f"{each.sequence}/{plain(each.points)}", say(each)) for each in holds]
