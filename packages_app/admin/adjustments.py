"""What an operator can do to a package: each is the very command that the API posts."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gateway.desk.adjusting import Adjustment, Answers, Subject
from gateway.desk.display import digits
from gateway.desk.forms import AdjustmentForm, name_field, quantity_field
from ledger.terms import Actor, Posting
from packages_app.admin.trail import figures
from packages_app.commands import SCALE, Add, Booking, Draw, Refund
from packages_app.models import Package, Record


class PackageForm(AdjustmentForm):
    """What adjustments of a package ask."""

    quantity = quantity_field(label=_("Quantity"), scale=SCALE)
    reference = name_field(
        label=_("Trade number of the deduct"),
        length=64,
        help_text=_("The use that is given back, in full or in part."),
    )


def describe(posting: Posting, _before: Package) -> str:
    """Return what a command did to a package, with the figures and the place of its record."""
    record = posting.line(Record)
    return gettext("Remaining %(before)s → %(after)s, record %(sequence)s") % {
        "before": digits(record.remaining - record.quantity),
        "after": digits(record.remaining),
        "sequence": record.sequence,
    }


PACKAGE = Subject(
    form=PackageForm,
    about=lambda package: f"{package.tenant} / {package.group} / {package.account}",
    figures=figures,
    describe=describe,
)


def _booking(kind: type[Booking], *asked: str) -> Callable[[Package, Actor, Answers], Booking]:
    def build(package: Package, actor: Actor, answers: Answers) -> Booking:
        holders: dict[str, Any] = {"holder": package.holder, "account": package.account.holder}
        given = {name: answers[name] for name in ("number", *asked)}
        return kind(actor=actor, memo=answers["reason"], **holders, **given)

    return build


ADD = Adjustment(
    subject=PACKAGE,
    title=_("Add capacity"),
    icon="add",
    hint=_("Sells more: the capacity and what remains rise by the quantity."),
    asks=("quantity",),
    build=_booking(Add, "quantity"),
)
TAKE_BACK = Adjustment(
    subject=PACKAGE,
    title=pgettext_lazy("capacity", "Take back"),
    icon="remove",
    hint=_("Takes back sold capacity that is not used: it and what remains fall by the quantity."),
    asks=("quantity",),
    build=_booking(Draw, "quantity"),
)
REFUND = Adjustment(
    subject=PACKAGE,
    title=_("Refund a use"),
    icon="undo",
    hint=_("What remains rises by the quantity; a use of today no longer counts for the day."),
    asks=("reference", "quantity"),
    build=_booking(Refund, "reference", "quantity"),
)
