"""Wrong values of every kind of parameter."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, NamedTuple

from gateway.parameters import (
    Boolean,
    Choice,
    Day,
    FreeText,
    Integer,
    Json,
    Many,
    Moment,
    Name,
    Parameter,
    Period,
    Quantity,
    Sorts,
    WallTime,
)
from ledger.amounts import CAPACITY, MONEY, POINTS
from points.api.parameters import OrderName, TypeName


class Bad(NamedTuple):
    """A wrong value: as JSON, and whether a query string can carry it."""

    value: Any
    is_text: bool = True


def texts(*values: str) -> tuple[Bad, ...]:
    """Return wrong texts."""
    return tuple(Bad(value) for value in values)


def json_only(*values: Any) -> tuple[Bad, ...]:
    """Return wrong values that only JSON can spell."""
    return tuple(Bad(value, is_text=False) for value in values)


LONE_SURROGATE = "a\ud800b"
CONTROLS = ("a\x00b", "a\x01b", "a\x1bb", "a\rb", "a\x7fb", "a\x85b")
NOT_TEXTS = json_only(LONE_SURROGATE, True, False, 1.5, [], ["a"], {}, {"a": "b"})

NAMES = (
    *texts(" a", "a ", " ", "a\tb", "a\nb", "a\n", *CONTROLS),
    *texts("a\u202eb", "a\u200bb", "\ufeffa", "a\u2028b", "\u3000a", "a\u00a0"),
    *NOT_TEXTS,
)
# A blank one counts as absent.
TYPES = (
    *(bad for bad in NAMES if bad.value != " "),
    *texts("a b", "a.b", "a\\b", "é", "张", "a;b", "default'", "１", "x" * 33),
)
SPENDING_ORDERS = (
    *texts("Expiry", "EXPIRY", "1", "2", " expiry", "created ", "expiry,created", "x"),
    *json_only(True, 1, [], ["expiry"], {}),
)
FREE_TEXTS = (*texts(*CONTROLS), *NOT_TEXTS)
# Each is wrong whatever the operation says about zero and signs.
QUANTITIES = (
    *texts("0.000001", "1.000001", "0.0000100001", "-0.000001", "1e-6", "123e-8"),
    *texts("1e-9999999", "1e-999999999", "1e-9999999999", "-1e-999999999"),
    *texts("1e400", "1e999999999", "-1e400", "1e9999999999", "99999999999999999999"),
    *texts("NaN", "nan", "sNaN", "-NaN", "Infinity", "-Infinity", "inf"),
    *texts("0x10", "0b1", "1_000", "+1", "+0.5", " 1", "1 ", "1\n", "\t1", "1\x00", "- 1"),
    *texts("１２", "١٢", "²", "½", "1,5", "1.5.5", "--1", "1-", "1e", "e5", "1e1.5", "1e+", "one"),
    *texts("true", "1f", "$1", "1" + "0" * 64, "0." + "1" * 63, "1." + "0" * 63, "1\u202e"),
    *json_only(True, False, [], [1], {}, {"amount": 1}, 0.000001, 1e22),
)
TOO_LARGE = {
    MONEY: (*texts("90000000000000", "90000000000000.0", "9e13"), *json_only(90000000000000)),
    CAPACITY: (*texts("9000000000000000000", "9e18", "9" * 19), *json_only(9 * 10**18)),
    POINTS: (*texts("90000000000000000", "90000000000000000.0", "9e16"), *json_only(9 * 10**16)),
}
FRACTIONS = {
    MONEY: (),
    CAPACITY: (*texts("0.5", "1.5", "1e-1", "1.00001"), *json_only(1.5)),
    POINTS: (*texts("0.001", "1.005", "1e-3", "0.0000001"), *json_only(0.125)),
}
ZEROS = texts("0", "0.0", "-0", "0e5", "0e-999999999", "0.000000")
NEGATIVES = texts("-1", "-0.00001", "-1e3")
CHOICES = (
    *texts("-1", "11", "99", "1.0", "01", "1e0", "x", " 1", "1 ", "+1", "１", "1,2", "true"),
    *json_only(True, 1.5, [], [1], {}),
)
INTEGERS = (
    *texts("x", "1.5", "1e1", " 1", "1 ", "+1", "１", "1_0", "0x1", "true", "9" * 19, "9" * 30),
    *json_only(True, 1.5, [], [1], {}),
)
BOOLEANS = (*texts("1", "0", "yes", "True", "TRUE", " true", "null"), *json_only(1, 0, [], {}))
MOMENTS = (
    *texts("2026", "202601", "2026010", "202601011", "2026010112", "202601011200", "0" * 8),
    *texts("20260230", "20261301", "20260001", "20260100", "20260101240000", "20260101006000"),
    *texts("20260101000060", "20260101000061", "19691231", "19691231235959", "22000101"),
    *texts("99991231", "99991231235959", "2026-01-01", "2026-01-01T00:00:00Z", "yesterday"),
    *texts("２０２６０１０１", "20260101 ", " 20260101", "+2026101", "2026 1 1", "2026 101"),
    *json_only(True, 1.5, [], {}),
)
DAYS = (*MOMENTS, *texts("20260101000000", "20260101235959", "202601011"))
WALL_TIMES = (
    *texts("2026-01-01", "2026-01-01 00:00", "2026-1-1 0:0:0", "2026-01-01T00:00:00", "20260101"),
    *texts("2026-01-01 00:00:00Z", "2026-01-01 00:00:00.5", "2026-01-01 00:00:00+08:00", "now"),
    *texts("2026-02-30 00:00:00", "2026-13-01 00:00:00", "2026-00-01 00:00:00", " " * 19),
    *texts("2026-01-01 24:00:00", "2026-01-01 00:60:00", "2026-01-01 00:00:60", "0" * 19),
    *texts("1969-12-31 23:59:59", "2200-01-01 00:00:00", "9999-12-31 00:00:00"),
    *texts(" 2026-01-01 00:00:00", "2026-01-01 00:00:00 ", "2026-01-01  00:00:00"),
    *texts("2026-01-01 00:00:00\n", "２０２６-01-01 00:00:00", "+026-01-01 00:00:00"),
    *texts("1986-05-04 02:30:00"),  # Summer time began: the clocks of Shanghai skipped it.
    *json_only(True, 1.5, 20260101, [], ["2026-01-01 00:00:00"], {}),
)
PERIODS = (
    *texts("{", "x", "[]", "1", "null", '"2026-01-01 00:00:00"', "2026-01-01 00:00:00", "NaN"),
    *texts('{"startTime":"2026-01-01"}', '{"endTime":1}', '{"startTime":[]}', "[" * 50_000),
    *texts('{"startTime":"","startTime":""}', '{"endTime":{"endTime":"2026-01-01 00:00:00"}}'),
    *json_only(True, 1.5, 1, [], [{}], {"startTime": "2026-01-01T00:00:00"}, LONE_SURROGATE),
)
SORTS = (
    *texts("{", "x", "id", "{}", "1", "null", '["id"]', "[null]", "[[]]", "[{}]", "[" * 50_000),
    *texts('[{"columns":"id"}]', '[{"columns":{"id":1}}]', '[{"order":"asc"}]'),
    *texts('[{"columns":["nosuch"]}]', '[{"columns":["pk"]}]', '[{"columns":["ID"]}]'),
    *texts('[{"columns":[1]}]', '[{"columns":[null]}]', '[{"columns":[["id"]]}]'),
    *texts('[{"columns":["x.id"]}]', '[{"columns":["pt.log.id"]}]', '[{"columns":["-id"]}]'),
    *texts('[{"columns":["id; DROP TABLE x"]}]', '[{"columns":["id "]}]', '[{"columns":[""]}]'),
    *texts('[{"columns":["id"],"order":"up"}]', '[{"columns":["id"],"order":"ASC"}]'),
    *texts('[{"columns":["id"],"order":1}]', '[{"columns":["id"],"order":["asc"]}]'),
    *texts('[{"columns":["id"]},{"columns":["nosuch"]}]', '[{"columns":["id"],"order":{}}]'),
    *json_only(True, 1.5, 1, ["id"], [{"columns": "id"}], [{"columns": [{}]}], LONE_SURROGATE),
)
EXTRAS = texts(
    "{",
    "nul",
    "{'a':1}",
    "[1,]",
    "NaN",
    "[Infinity]",
    '{"a":1,"a":2}',
    '{"b":{"a":1,"a":1}}',
    '"\\ud800"',
    '{"\\ud800":1}',
    '"a\\u0000b"',
    '{"a\\u0000b":1}',
    '["\\u001b"]',
    '"' + "x" * 4_095 + '"',
    "[" * 21 + "]" * 21,
    "[" * 2_000 + "]" * 2_000,
    '{"a":' * 21 + "1" + "}" * 21,
    "a\x00b",
)

BY_KIND: Mapping[type[Parameter], Iterable[Bad]] = {
    Name: NAMES,
    TypeName: TYPES,
    OrderName: SPENDING_ORDERS,
    FreeText: FREE_TEXTS,
    Quantity: QUANTITIES,
    Choice: CHOICES,
    Integer: INTEGERS,
    Boolean: BOOLEANS,
    Moment: MOMENTS,
    Day: DAYS,
    Json: EXTRAS,
    WallTime: WALL_TIMES,
    Period: PERIODS,
    Sorts: SORTS,
}


def wrong_values(parameter: Parameter) -> list[Bad]:
    """Return every wrong value of a parameter."""
    if isinstance(parameter, Many):
        return _wrong_lists(parameter)
    return list(chain(BY_KIND[type(parameter)], _beyond(parameter)))


def _wrong_lists(parameter: Many) -> list[Bad]:
    """Return a list of each wrong value, and one that is too long."""
    items = wrong_values(parameter.item)
    alone = [bad for bad in items if not isinstance(bad.value, list)]
    too_long = [None] * (parameter.ITEMS_MAX + 1)
    return [*alone, *(Bad([bad.value], is_text=False) for bad in items), *json_only(too_long)]


def _beyond(parameter: Parameter) -> tuple[Bad, ...]:
    match parameter:
        case TypeName() | OrderName():
            return ()
        case Name(length=length) | FreeText(length=length):
            return texts("x" * (length + 1), "张" * (length + 1))
        case Quantity(scale=scale, is_signed=is_signed, may_be_zero=may_be_zero):
            zeros = () if may_be_zero else ZEROS
            negatives = () if is_signed else NEGATIVES
            return (*TOO_LARGE[scale], *FRACTIONS[scale], *zeros, *negatives)
        case Integer(least=least, most=most):
            return texts(str(least - 1), str(most + 1))
    return ()
