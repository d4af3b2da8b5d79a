"""The filters of the points lists, held against the unfiltered list; by GET and by POST."""

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

import pytest
import time_machine

from ledger.refusals import Code
from tests.http.points import POINT
from tests.http.points_filters import (
    LISTS,
    MOMENTS,
    SECONDS,
    Row,
    asked,
    combinations,
    kept,
    populate,
)
from tests.http.support import must, require_envelope, require_refused
from tests.points.scenarios import START
from tests.points.support import Caller, wall_time

pytestmark = pytest.mark.usefixtures("sound_ledger")


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_keeps_what_a_plain_model_keeps(
    ann: Caller, clock: time_machine.Traveller, name: str
) -> None:
    populate(clock)
    everything = asked(ann.api, name, size=1000)["data"]
    assert {row["uid"] for row in everything} == {"ann", "anna", "Bob"}
    cases, sizes = LISTS[name], set()
    for filters in combinations(cases, everything):
        answer = asked(ann.api, name, size=1000, **filters)
        assert answer["data"] == [row for row in everything if kept(row, filters, cases)], filters
        assert answer["total"] == len(answer["data"])
        assert asked(ann.api, name, size=1, **filters)["total"] == answer["total"]
        sizes.add(answer["total"])
    assert 0 in sizes
    assert len(sizes) > 2


def test_lot_logs_are_those_of_open_lots_or_of_closed_ones(
    ann: Caller, clock: time_machine.Traveller
) -> None:
    populate(clock)
    lots = asked(ann.api, "listPointRecord", size=1000)["data"]
    for is_open in (True, False):
        ids = {lot["recId"] for lot in lots if lot["enable"] == is_open}
        lines = asked(ann.api, "listPointRecordLog", size=1000, enable=is_open)["data"]
        assert {line["recId"] for line in lines} == ids


@pytest.mark.parametrize("name", [*LISTS, "listPointLogBi"])
def test_an_absent_filter_filters_nothing(
    ann: Caller, clock: time_machine.Traveller, name: str
) -> None:
    populate(clock)
    everything = asked(ann.api, name)
    cases = LISTS.get(name, LISTS["listPointLog"])
    blanks: tuple[Any, ...] = (None, "", [])
    for absent in blanks:
        filters = {each: absent for each in cases if absent != [] or each.endswith(("List", "s"))}
        answer = require_envelope(must(ann.api.post(POINT + name, **filters)))
        assert answer == everything
    assert asked(ann.api, name, type=" ") == asked(ann.api, name, type="default") == everything


def test_sums_are_those_of_the_logs_that_pass_the_same_filters(
    ann: Caller, clock: time_machine.Traveller
) -> None:
    populate(clock)
    logs = asked(ann.api, "listPointLog", size=1000)["data"]
    cases = LISTS["listPointLog"]
    for filters in combinations(cases, logs):
        found = [row for row in logs if kept(row, filters, cases)]
        expected = [
            {
                "logType": kind,
                "delta": sum(row["delta"] for row in found if row["type"] == kind),
                "deltaCost": sum(row["deltaCost"] for row in found if row["type"] == kind),
            }
            for kind in sorted({row["type"] for row in found})
        ]
        assert asked(ann.api, "listPointLogBi", **filters)["data"] == expected, filters


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [(0, 3, 4), (1, 2, 2), (1, 1, 1), (2, 1, 0), (-9, -1, 0), (3, 99, 1)],
)
def test_what_was_granted_is_summed_up_from_second_to_second(
    ann: Caller, clock: time_machine.Traveller, start: int, end: int, days: int
) -> None:
    for moment in MOMENTS:
        clock.move_to(moment + timedelta(microseconds=999_999))
        ann.do("increase", point="2.5")
        ann.do("increase", point="1", subUid="s")
        ann.do("freeze", point="1")
        Caller(ann.api, "bob").do("increase", point="10")
    period = {
        "start": wall_time(START + timedelta(days=start)),
        "end": wall_time(START + timedelta(days=end)),
    }
    ann_s: dict[str, str] = {"uid": "ann", "subUid": "s"}
    for named, each in (({}, "13.5"), ({"uid": "ann"}, "3.5"), (ann_s, "1")):
        answer = asked(ann.api, "getIncreasedPoint", **period, **named)
        assert answer["data"] == days * Decimal(each), named
    just_before = {**period, "end": wall_time(MOMENTS[0] - timedelta(seconds=1))}
    assert asked(ann.api, "getIncreasedPoint", **just_before)["data"] == 0


SORTED: Mapping[str, tuple[str, ...]] = {
    "listPointRecord": (
        *("id", "seqNum", "createTime", "updateTime", "point", "available"),
        *("total", "expireTime"),
    ),
    "listPointLog": ("id", "seqNum", "createTime", "updateTime", "point", "available"),
}


PREFIXES = ("", "pt.", "log.", "rec.")


def figure(row: Row, column: str) -> Any:
    """Return what a column sorts by; never expires last."""
    if column == "point":
        return row.get("point", row["available"] + row["frozen"])
    return row[column] if row[column] is not None else "9"


@pytest.mark.parametrize("name", SORTED)
def test_lists_are_sorted_by_column(ann: Caller, clock: time_machine.Traveller, name: str) -> None:
    populate(clock)
    everything = asked(ann.api, name, size=1000)["data"]
    for column, prefix, order in product(SORTED[name], PREFIXES, ("asc", "desc")):
        sorts = [{"columns": [prefix + column], "order": order}]
        found = asked(ann.api, name, size=1000, sorts=sorts)["data"]
        by_column = partial(figure, column=column)  # Of the same, the newest first.
        assert found == sorted(everything, key=by_column, reverse=order == "desc"), sorts
    two = [{"columns": ["seqNum", "id"], "order": "asc"}]
    found = asked(ann.api, name, size=1000, sorts=two)["data"]
    assert found == sorted(everything, key=lambda row: (row["seqNum"], row["id"]))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *((name, column) for name in SORTED for column in ("uid", "pk", "owed", "rec.", "x.id")),
        *(("listPointLog", column) for column in ("total", "expireTime")),
    ],
)
def test_a_wrong_column_is_refused(ann: Caller, name: str, column: str) -> None:
    ann.do("increase", point="1")
    sorts = [{"columns": [column], "order": "asc"}]
    for answer in (
        ann.api.post(POINT + name, sorts=sorts),
        ann.api.get(POINT + name, sorts=json.dumps(sorts)),
    ):
        require_refused(answer, Code.BAD_PARAMETER, path=POINT, fields={"sorts"})


@pytest.mark.parametrize("name", [*LISTS, "listPointLogBi", "getIncreasedPoint"])
def test_an_unknown_type_is_refused_and_an_unknown_user_has_nothing(ann: Caller, name: str) -> None:
    more: dict[str, Any] = {"uidList": ["nobody"]}
    if name == "getIncreasedPoint":
        more |= {"start": SECONDS[0], "end": SECONDS[1]}
    for known in ("default", "vip"):
        named = {"uid": "nobody", "type": known, **more}
        answer = ann.api.post(POINT + name, **named)
        require_refused(answer, Code.UNKNOWN_TYPE, path=POINT, fields={"type"})
        ann.do("increase", point="1", type=known)
        found = asked(ann.api, name, **named)
        assert found["data"] in ([], 0)
        assert found.get("total", 0) == 0
        assert found.get("next") is None
