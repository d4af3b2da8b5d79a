"""What an operator can do to points: each is the very command that the API posts."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from gateway.desk.adjusting import Adjustment, Answers, Subject
from ledger.amounts import plain
from ledger.terms import Actor
from points import commands
from points.admin import lot_trail, trail
from points.admin.describing import describe
from points.admin.forms import PointsForm
from points.admin.standing import of_lot
from points.commands import PointCommand, Step
from points.models import Account, Lot

Build = Callable[[Account, Actor, Answers], PointCommand]

ACCOUNT = Subject(
    form=PointsForm,
    about=lambda account: f"{account.tenant} / {account.point_type}",
    figures=trail.main_figures,
    initial=lambda _account: {"cost": "0"},
    describe=describe,
)
LOT = Subject(
    form=PointsForm,
    about=lambda lot: f"{lot.tenant} / {lot.account.point_type} · {lot.account}",
    figures=lot_trail.figures,
    initial=lambda lot: {"whole": plain(of_lot(lot).available)},
    describe=describe,
)


def _common(account: Account, actor: Actor, answers: Answers) -> dict[str, Any]:
    return {"holder": account.holder, "actor": actor, "memo": answers["reason"]}


def _step(kind: type[Step], *asked: str) -> Build:
    def build(account: Account, actor: Actor, answers: Answers) -> PointCommand:
        given = {name: answers[name] for name in asked if answers[name] != ""}
        return kind(number=answers["number"], **given, **_common(account, actor, answers))

    return build


def _setting(kind: type[PointCommand]) -> Build:
    return lambda account, actor, answers: kind(**_common(account, actor, answers))


def _release(account: Account, actor: Actor, answers: Answers) -> PointCommand:
    hold, points = answers["hold"]
    common = _common(account, actor, answers)
    return commands.Release(number=answers["number"], hold=hold, points=points, **common)


def _cancel(lot: Lot, actor: Actor, answers: Answers) -> PointCommand:
    common = _common(lot.account, actor, answers)
    return commands.Cancel(
        number=answers["number"], lot_id=lot.pk, points=answers["whole"], **common
    )


GRANT = Adjustment(
    subject=ACCOUNT,
    title=_("Grant points"),
    icon="add",
    hint=_("Adds a new lot of points. The cost is the money behind them; it may be zero."),
    asks=("points", "cost", "expires_at", "reference"),
    build=_step(commands.Increase, "points", "cost", "expires_at", "reference"),
)
TAKE = Adjustment(
    subject=ACCOUNT,
    title=_("Take points"),
    icon="remove",
    hint=_("Uses points up, lot by lot in the spending order of the account."),
    asks=("points", "reference"),
    build=_step(commands.Decrease, "points", "reference"),
)
FREEZE = Adjustment(
    subject=ACCOUNT,
    title=_("Freeze points"),
    icon="lock_clock",
    hint=_("Holds points back until they are released, used, or the hold expires."),
    asks=("points", "reference", "expires_at"),
    build=_step(commands.Freeze, "points", "reference", "expires_at"),
)
RELEASE = Adjustment(
    subject=ACCOUNT,
    title=_("Release a hold"),
    icon="lock_open_right",
    hint=_("All points of the hold are available again; those of expired lots expire at once."),
    asks=("hold",),
    build=_release,
)
CANCEL = Adjustment(
    subject=LOT,
    title=_("Cancel the lot"),
    icon="delete_forever",
    hint=_("Takes back all that is available of the lot, with its cost, as if never granted."),
    asks=("whole",),
    build=_cancel,
)
DISABLE = Adjustment(
    subject=ACCOUNT,
    title=_("Disable account"),
    icon="block",
    hint=_("Nothing but time changes it any more, whoever asks, until it is enabled again."),
    build=_setting(commands.Disable),
)
ENABLE = Adjustment(
    subject=ACCOUNT,
    title=_("Enable account"),
    icon="check_circle",
    hint=_("Its points can be moved again."),
    build=_setting(commands.Enable),
)
