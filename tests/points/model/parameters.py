"""What an operation can be told: defaults, and what is refused before anything is looked at.

The parameters come parsed: Decimal, str, bool, int and aware datetime. None is absent.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from tests.points.model.answers import MALFORMED, Refused

Wish = dict[str, Any]

BOUND = Decimal(9 * 10**16)
CENT = Decimal("0.01")
NOTHING = Decimal(0)

WHOSE: Wish = {"type": "", "uid": "", "subUid": ""}
COMMON: Wish = {
    **WHOSE,
    "seq": "",
    "name": "",
    "point": None,
    "recId": None,
    "tag": "",
    "orderNo": "",
    "sourceType": None,
    "orderType": None,
    "payType": None,
    "extra": "",
    "note": "",
}
FIELDS: dict[str, Wish] = {
    "increase": {**COMMON, "cost": NOTHING, "issueTime": None, "expireTime": None},
    "decrease": {**COMMON, "recOrderNo": ""},
    "freeze": {**COMMON, "expireTime": None},
    "freezeByRecId": {**COMMON, "expireTime": None},
    "freezeCost": {**COMMON, "cost": None, "recOrderNo": "", "expireTime": None},
    "unfreeze": {**COMMON, "unfreezeByOrderNo": False},
    "decreaseFrozen": {
        **COMMON,
        "unfreezePoint": None,
        "unfreezeByOrderNo": False,
        "recOrderNo": "",
    },
    "cancel": COMMON,
    "refund": {
        **COMMON,
        "point": NOTHING,
        "cost": None,
        "unfreezePoint": None,
        "unfreezeByOrderNo": False,
    },
    "disableAccount": WHOSE,
    "enableAccount": WHOSE,
    "expire": WHOSE,
    "addPointType": {"name": "", "order": "expiry"},
}
REQUIRED = {
    **dict.fromkeys(("increase", "decrease", "freeze"), ("point",)),
    **dict.fromkeys(("unfreeze", "decreaseFrozen", "cancel"), ("point",)),
    "freezeByRecId": ("point", "recId", "orderNo"),
    "freezeCost": ("cost", "orderNo"),
    "refund": ("cost",),
}
# Any other quantity is larger than 0, also freezeCost's point and any unfreezePoint.
MAY_BE_ZERO = {("increase", "point"), ("increase", "cost"), ("refund", "point")}
NAMES = {"seq": 64, "uid": 128, "subUid": 128, "orderNo": 128, "recOrderNo": 128}
FREE_TEXTS = {"name": 256, "tag": 128, "note": 10**6, "extra": 4096}
# Not part of what a repeat must share.
ASIDE = {"seq", "name", "note", "extra"}


def read(operation: str, parameters: Wish) -> Wish:
    """Fill in the defaults, and refuse what no state could make right.

    :raises Refused: 1100
    """
    wish = dict(FIELDS[operation])
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    wish.update((name, value) for name, value in given.items() if name in wish)
    if operation == "addPointType":
        _require(bool(re.fullmatch("[A-Za-z0-9_-]{1,32}", wish["name"])))
        _require(wish["order"] in {"expiry", "created"})
        return wish
    if not wish["type"].strip():
        wish["type"] = "default"
    _require(bool(re.fullmatch("[A-Za-z0-9_-]{1,32}", wish["type"])))
    for name in ("uid", *REQUIRED.get(operation, ())):
        _require(wish[name] not in (None, ""))
    for name, value in wish.items():
        _require(_is_well_formed(operation, name, value))
    _require_sense(operation, wish)
    return wish


def content(wish: Wish) -> Wish:
    """Return what a repeat must share."""
    return {name: value for name, value in wish.items() if name not in ASIDE}


def _require(is_right: bool) -> None:  # noqa: FBT001
    if not is_right:
        raise Refused(MALFORMED)


def _require_sense(operation: str, wish: Wish) -> None:
    if operation == "increase" and wish["point"] == 0:
        _require(wish["cost"] == 0)
    if wish.get("unfreezeByOrderNo"):
        _require(wish["orderNo"] != "")
        _require(operation != "refund" or wish["unfreezePoint"] is not None)


def _is_well_formed(operation: str, name: str, value: Any) -> bool:
    if value is None:
        return True
    if name in {"point", "cost", "unfreezePoint"}:
        least = NOTHING if (operation, name) in MAY_BE_ZERO else CENT
        return _is_quantity(value) and value >= least
    if name in NAMES:
        return len(value) <= NAMES[name] and value.isprintable() and value == value.strip()
    if name in FREE_TEXTS:
        controls = {"Cc", "Cs"}
        is_plain = all(c in "\t\n" or unicodedata.category(c) not in controls for c in value)
        return len(value) <= FREE_TEXTS[name] and is_plain
    if name in {"sourceType", "orderType", "payType"}:
        return bool(-(2**31) <= value < 2**31)
    return True


def _is_quantity(value: Decimal) -> bool:
    return value.is_finite() and abs(value) < BOUND and value == round(value, 2)
