"""Good calls of every points path, and the account that they are about."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ledger.posting import post
from ledger.refusals import Refusal
from points.models import Lot
from tests.conftest import TENANT
from tests.points.support import Customer

POINT, SYSTEM = "/hyena/point/", "/hyena/system/"
INCREASE, DECREASE = POINT + "increase", POINT + "decrease"
PATHS = (
    *(
        POINT + name
        for name in (
            *("increase", "decrease", "freeze", "freezeByRecId", "freezeCost", "unfreeze"),
            *("decreaseFrozen", "cancel", "refund", "disableAccount", "enableAccount"),
            *("getPoint", "listPoint", "listPointRecord", "listPointRecordLog", "listPointLog"),
            *("listPointLogBi", "getIncreasedPoint"),
        )
    ),
    *(
        SYSTEM + name
        for name in (
            *("listPointType", "addPointType", "addPointType/{name}", "analysePointLog"),
            *("cleanCache", "dumpMemCache", "dumpQueue"),
        )
    ),
)
LISTS = tuple(
    POINT + name for name in ("listPoint", "listPointRecord", "listPointRecordLog", "listPointLog")
)

LATE = datetime(2199, 12, 30, tzinfo=UTC)


class OldestLot:
    """Stands for the id of the oldest lot, which only the database knows."""

    def __str__(self) -> str:
        return str(Lot.objects.order_by("pk")[0].pk)


OF_U1: Mapping[str, Any] = {"uid": "u1"}
EVERYBODY: Mapping[str, Any] = {}
# One good call of every path, for an account as `stock` makes it.
GOOD: Mapping[str, Mapping[str, Any]] = {
    INCREASE: {
        "uid": "u1",
        "seq": "n1",
        "point": "10.50",
        "cost": "5",
        "orderNo": "O-3",
        "extra": '{"a": [1.50]}',
    },
    DECREASE: {"uid": "u1", "seq": "n1", "point": "10.50"},
    POINT + "freeze": {"uid": "u1", "seq": "n1", "point": "5"},
    POINT + "freezeByRecId": {
        "uid": "u1",
        "seq": "n1",
        "point": "1e2",
        "recId": OldestLot(),
        "orderNo": "F-2",
    },
    POINT + "freezeCost": {"uid": "u1", "seq": "n1", "cost": "20", "orderNo": "F-2"},
    POINT + "unfreeze": {"uid": "u1", "seq": "n1", "point": "5"},
    POINT + "decreaseFrozen": {"uid": "u1", "seq": "n1", "point": "5"},
    POINT + "cancel": {"uid": "u1", "seq": "n1", "point": "5"},
    POINT + "refund": {"uid": "u1", "seq": "n1", "cost": "25"},
    POINT + "disableAccount": OF_U1,
    POINT + "enableAccount": OF_U1,
    POINT + "getPoint": OF_U1,
    POINT + "listPoint": EVERYBODY,
    POINT + "listPointRecord": OF_U1,
    POINT + "listPointRecordLog": OF_U1,
    POINT + "listPointLog": OF_U1,
    POINT + "listPointLogBi": OF_U1,
    POINT + "getIncreasedPoint": {
        "uid": "u1",
        "start": "2026-01-01 00:00:00",
        "end": "2199-12-31 23:59:59",
    },
    SYSTEM + "listPointType": EVERYBODY,
    SYSTEM + "addPointType": {"name": "vip"},
    SYSTEM + "addPointType/{name}": {"name": "vip"},
    SYSTEM + "analysePointLog": OF_U1,
    SYSTEM + "cleanCache": EVERYBODY,
    SYSTEM + "dumpMemCache": EVERYBODY,
    SYSTEM + "dumpQueue": EVERYBODY,
}
CHANGES = tuple(path for path, call in GOOD.items() if "seq" in call)
ONLY_POST = {*CHANGES, POINT + "disableAccount", POINT + "enableAccount"}
# What else a repeat could ask for by mistake, and the parameter that then differs.
OTHER_CONTENT: Mapping[str, Mapping[str, str]] = {
    **{path: {"point": "4"} for path in CHANGES},
    POINT + "freezeCost": {"cost": "19"},
    POINT + "refund": {"cost": "24"},
}


def stock(user: str = "u1", *, tenant: str = TENANT) -> None:
    """Make an account with two lots, 20 points held (f1) and 10 spent (d1).

    The older one has all its 100 points, worth 50; the other, which expires and is spent first,
    has 30 of 60 left, worth nothing.
    """
    who = Customer(user, tenant=tenant)
    answers = post(
        [
            who.increase(100, 50, number="a1", reference="O-1", tag="gift", name="Ann"),
            who.increase(60, number="a2", reference="O-2", tag="game", expires_at=LATE),
            who.freeze(20, number="f1", reference="F-1"),
            who.decrease(10, number="d1", reference="D-1"),
        ]
    )
    assert not [answer for answer in answers if isinstance(answer, Refusal)]
