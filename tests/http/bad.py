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
    Moment,
    Name,
    Parameter,
    Quantity,
)
from ledger.amounts import CAPACITY, MONEY


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
}
FRACTIONS = {MONEY: (), CAPACITY: (*texts("0.5", "1.5", "1e-1", "1.00001"), *json_only(1.5))}
ZEROS = texts("0", "0.0", "-0", "0e5", "0e-999999999", "0.000000")
NEGATIVES = texts("-1", "-0.00001", "-1e3")
CHOICES = (
    *texts("-1", "11", "99", "1.0", "01", "1e0", "x", " 1", "1 ", "+1", "１", "1,2", "true"),
    *json_only(True, 1.5, [], [1], {}),
)
INTEGERS = (
    *texts(
        "-1", "x", "1.5", "1e1", " 1", "1 ", "+1", "１", "1_0", "0x1", "true", "9" * 19, "9" * 30
    ),
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
    FreeText: FREE_TEXTS,
    Quantity: QUANTITIES,
    Choice: CHOICES,
    Integer: INTEGERS,
    Boolean: BOOLEANS,
    Moment: MOMENTS,
    Day: DAYS,
    Json: EXTRAS,
}


def wrong_values(parameter: Parameter) -> list[Bad]:
    """Return every wrong value of a parameter."""
    return list(chain(BY_KIND[type(parameter)], _beyond(parameter)))


def _beyond(parameter: Parameter) -> tuple[Bad, ...]:
    match parameter:
        case Name(length=length) | FreeText(length=length):
            return texts("x" * (length + 1), "张" * (length + 1))
        case Quantity(scale=scale, is_signed=is_signed, may_be_zero=may_be_zero):
            zeros = () if may_be_zero else ZEROS
            negatives = () if is_signed else NEGATIVES
            return (*TOO_LARGE[scale], *FRACTIONS[scale], *zeros, *negatives)
        case Integer(most=most):
            return texts(str(most + 1))
    return ()
