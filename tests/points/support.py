"""Commands about points in few words, and callers of the points paths."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from gateway.registry import OPERATIONS, Write
from ledger.terms import Actor
from points import commands
from points.commands import (
    Cancel,
    Capture,
    Decrease,
    Disable,
    Enable,
    Expire,
    Freeze,
    FreezeCost,
    FreezeLot,
    Increase,
    Refund,
    Release,
)
from points.models import Account, HoldPiece, Log, Lot
from tests.conftest import TENANT, Api, body
from tests.support import CLIENT

Quantity = Decimal | int | str
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Customer:
    """Words commands about one point account. `more` are further attributes of the command."""

    user: str = "ann"
    sub_user: str = ""
    point_type: str = commands.DEFAULT_TYPE
    tenant: str = TENANT
    actor: Actor = CLIENT

    def by(self, actor: Actor) -> "Customer":
        """Let somebody else ask."""
        return replace(self, actor=actor)

    @property
    def holder(self) -> commands.Points:
        """Return the account's name."""
        return commands.Points(self.tenant, self.point_type, self.user, self.sub_user)

    def row(self) -> Account:
        """Read the account from the database."""
        return Account.objects.get(holder_digest=self.holder.digest)

    def lots(self) -> list[Lot]:
        """Read the lots from the database, oldest first."""
        return list(self.row().lots.order_by("sequence", "place"))

    def pieces(self) -> list[HoldPiece]:
        """Read what is held from the database, the oldest hold's first."""
        return list(self.row().pieces.filter(is_open=True).order_by("hold", "pk"))

    def logs(self) -> list[Log]:
        """Read the logs from the database, oldest first."""
        return list(self.row().logs.order_by("sequence"))

    def increase(self, points: Quantity, cost: Quantity = 0, **more: Any) -> Increase:
        return Increase(**self._who, points=Decimal(points), cost=Decimal(cost), **more)

    def decrease(self, points: Quantity, **more: Any) -> Decrease:
        return Decrease(**self._who, points=Decimal(points), **more)

    def freeze(self, points: Quantity, **more: Any) -> Freeze:
        return Freeze(**self._who, points=Decimal(points), **more)

    def freeze_lot(self, points: Quantity, *, lot_id: int, **more: Any) -> FreezeLot:
        more = {"reference": "O", **more}
        return FreezeLot(**self._who, points=Decimal(points), lot_id=lot_id, **more)

    def freeze_cost(self, cost: Quantity, **more: Any) -> FreezeCost:
        more = {"reference": "O", **_exact(more, "points")}
        return FreezeCost(**self._who, cost=Decimal(cost), **more)

    def release(self, points: Quantity, **more: Any) -> Release:
        return Release(**self._who, points=Decimal(points), **more)

    def capture(self, points: Quantity, **more: Any) -> Capture:
        return Capture(**self._who, points=Decimal(points), **_exact(more, "release_points"))

    def cancel(self, points: Quantity, **more: Any) -> Cancel:
        return Cancel(**self._who, points=Decimal(points), **more)

    def refund(self, cost: Quantity, **more: Any) -> Refund:
        exact = _exact(more, "points", "release_points")
        return Refund(**self._who, cost=Decimal(cost), **exact)

    def disable(self, memo: str = "") -> Disable:
        return Disable(**self._who, memo=memo)

    def enable(self, memo: str = "") -> Enable:
        return Enable(**self._who, memo=memo)

    def expire(self, most: int = 1000) -> Expire:
        return Expire(**self._who, most=most)

    @property
    def _who(self) -> Facts:
        return {"holder": self.holder, "actor": self.actor}


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks the points paths about one user."""

    api: Api
    user: str = "ann"

    def ask(self, name: str, **parameters: Any) -> Facts:
        """Return the envelope that an operation or a query is answered with."""
        answer = self.api.post(f"/hyena/point/{name}", **{"uid": self.user, **parameters})
        assert answer.status_code == 200, answer.content
        envelope: Facts = body(answer)
        assert ("error" in envelope) == (envelope["status"] != 0)
        return envelope

    def do(self, name: str, **parameters: Any) -> Any:
        """Return the data of what must be carried out."""
        envelope = self.ask(name, **parameters)
        assert envelope["status"] == 0, envelope
        return envelope["data"]

    def refused(self, name: str, **parameters: Any) -> int:
        """Return the status of what must be refused."""
        status: int = self.ask(name, **parameters)["status"]
        assert status != 0
        return status

    def account(self) -> Facts:
        """Return the account as a query shows it."""
        account: Facts = self.do("getPoint")
        return account

    def lots(self) -> list[Facts]:
        """Return all lots as a query shows them, oldest first."""
        return self._listed("listPointRecord")

    def logs(self) -> list[Facts]:
        """Return all logs as a query shows them, oldest first."""
        return self._listed("listPointLog")

    def lot_logs(self) -> list[Facts]:
        """Return what was done to lots as a query shows it, oldest first."""
        return self._listed("listPointRecordLog")

    def fault(self) -> Facts | None:
        """Return the first thing in the logs that does not add up, or None."""
        answer = self.api.get("/hyena/system/analysePointLog", uid=self.user)
        found: Facts | None = body(answer)["data"]
        return found

    def _listed(self, name: str) -> list[Facts]:
        rows: list[Facts] = self.do(name, size=1000)
        return rows[::-1]


def write_of(operation: str) -> Write:
    """Return the declaration of an operation by its name on the wire."""
    area = "system" if operation == "addPointType" else "point"
    write = OPERATIONS[f"/hyena/{area}/{operation}"]
    assert isinstance(write, Write)
    return write


def arguments_of(write: Write, parameters: Facts) -> Facts:
    """Return what a door makes of values that are parsed already, by their names on the wire."""
    return {
        each.target: each.default
        if parameters.get(each.name) in (None, "")
        else parameters[each.name]
        for each in write.parameters
        if each.name != "ident"
    }


def wall_time(moment: datetime) -> str:
    """Return a moment as it stands on the wire."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def picked(facts: Facts, names: Iterable[str]) -> Facts:
    """Return some of the facts."""
    return {name: facts[name] for name in names}


def _exact(more: Facts, *names: str) -> Facts:
    given = {name: Decimal(more[name]) for name in names if more.get(name) is not None}
    return {**more, **given}
