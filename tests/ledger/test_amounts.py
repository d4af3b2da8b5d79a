"""Exact quantities: what is read, what is refused, what is written."""

from decimal import Decimal, Inexact

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.amounts import (
    CAPACITY,
    MONEY,
    POINTS,
    TEXT_LENGTH_MAX,
    Scale,
    canonical,
    from_units,
    parse,
    plain,
    require_bounds,
    to_units,
)
from ledger.refusals import Code, Refusal

SCALES = [MONEY, POINTS, CAPACITY]
scales = st.sampled_from(SCALES)
BAD_SPELLINGS = [
    "",
    " ",
    " 1",
    "1 ",
    "1\n",
    "\t1",
    "+1",
    "--1",
    "1-",
    ".5",
    "5.",
    ".",
    "-",
    "1_000",
    "1,000",
    "1 000",
    "1.2.3",
    "1e",
    "e3",
    "1e1.5",
    "1e1234567890",
    "0x10",
    "0b1",
    "1f",
    "NaN",
    "nan",
    "sNaN",
    "Infinity",
    "-inf",
    "True",
    "true",
    "null",
    "None",
    "１２",
    "١٢",
    "๑",
    "²",
    "½",
    "−5",
    "5\x00",
    "1\u200b",
    "(5)",
    "$5",
    "5%",
    "1" * 65,
    "0." + "0" * 62 + "1",
]


def reason(text: str, *, scale: Scale = MONEY, is_signed: bool = False) -> object:
    """Return why a spelling is refused."""
    with pytest.raises(Refusal) as refused:
        parse(text, scale=scale, is_signed=is_signed)
    assert refused.value.code is Code.BAD_QUANTITY
    return refused.value.facts["reason"]


@st.composite
def quantities(draw: st.DrawFn) -> tuple[Scale, int]:
    """Draw a scale and a count of its smallest unit within its bounds."""
    scale = draw(scales)
    most = scale.units_bound - 1
    return scale, draw(st.integers(-most, most) | st.sampled_from([most, -most, 1, -1, 0]))


@given(quantities())
def test_every_count_of_units_survives_the_way_out_and_in(drawn: tuple[Scale, int]) -> None:
    scale, units = drawn
    value = from_units(units, digits=scale.digits)
    read = parse(plain(value), scale=scale, is_signed=True, may_be_zero=True)
    assert read == value == Decimal(units) / 10**scale.digits
    assert to_units(read, digits=scale.digits) == units


@given(quantities())
def test_is_written_without_exponent_and_trailing_zeros(drawn: tuple[Scale, int]) -> None:
    scale, units = drawn
    text = plain(from_units(units, digits=scale.digits))
    assert "e" not in text.lower()
    assert "." not in text or text[-1] not in "0."
    assert text != "-0"


@given(quantities(), st.integers(0, 12), st.sampled_from("eE"))
def test_the_value_counts_not_the_spelling(
    drawn: tuple[Scale, int], zeros: int, letter: str
) -> None:
    scale, units = drawn
    text = plain(from_units(units, digits=scale.digits))
    value = parse(text, scale=scale, is_signed=True, may_be_zero=True)
    longer = text + ("0" if "." in text else ".0") + "0" * zeros
    scientific = f"{units}{letter}-{scale.digits}"
    for spelling in (longer, scientific):
        again = parse(spelling, scale=scale, is_signed=True, may_be_zero=True)
        assert (again, str(again)) == (value, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", "1000"),
        ("10.500", "10.5"),
        ("10000", "10000"),
        ("20.25", "20.25"),
        ("007", "7"),
        ("1E+2", "100"),
        ("12345e-5", "0.12345"),
        ("0.00001", "0.00001"),
        ("0.000010000000000000", "0.00001"),
        ("89999999999999.99999", "89999999999999.99999"),
    ],
)
def test_reads_any_exact_spelling(text: str, value: str) -> None:
    assert str(parse(text, scale=MONEY)) == value


@pytest.mark.parametrize("text", BAD_SPELLINGS)
def test_refuses_what_is_no_plain_number(text: str) -> None:
    assert reason(text) == "not-a-quantity"


@given(st.text(st.characters(exclude_categories=["Nd"]) | st.sampled_from("0١９"), max_size=8))
@example("0٠")
def test_refuses_text_that_is_not_made_of_ascii_digits(text: str) -> None:
    if set(text) <= set("0.eE-") and text.strip("0.eE-") == "":
        return
    assert reason(text) == "not-a-quantity"


def test_refuses_text_over_its_length_even_if_the_value_is_small() -> None:
    longest = "1" + "." + "0" * (TEXT_LENGTH_MAX - 2)
    assert parse(longest, scale=MONEY) == 1
    assert reason(longest + "0") == "not-a-quantity"


@pytest.mark.parametrize("text", ["0", "-0", "0.00000", "0e5", "0e999999999", "0e-999999999"])
def test_zero_is_refused_unless_it_is_allowed(text: str) -> None:
    assert reason(text) == "zero"
    assert str(parse(text, scale=MONEY, may_be_zero=True)) == "0"


def test_a_negative_value_is_refused_unless_it_is_signed() -> None:
    assert reason("-0.00001") == "negative"
    assert parse("-0.00001", scale=MONEY, is_signed=True) == Decimal("-0.00001")


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("0.000001", MONEY),
        ("1.123456", MONEY),
        ("89999999999999.999991", MONEY),
        ("1e-6", MONEY),
        ("1e-100", MONEY),
        ("1e-999999", MONEY),
        ("1e-999999999", MONEY),
        ("1.5e-999999999", MONEY),
        ("0.001", POINTS),
        ("0.1", CAPACITY),
    ],
)
def test_is_never_rounded(text: str, scale: Scale) -> None:
    assert reason(text, scale=scale) == "too-many-digits"


@pytest.mark.parametrize("scale", SCALES)
def test_the_bounds_lie_outside(scale: Scale) -> None:
    smallest = from_units(1, digits=scale.digits)
    for sign in (1, -1):
        largest = sign * (scale.bound - smallest)
        assert parse(plain(largest), scale=scale, is_signed=True) == largest
        assert reason(str(sign * scale.bound), scale=scale, is_signed=True) == "out-of-bounds"


@pytest.mark.parametrize("text", ["1e14", "9e13", "1e20", "1e21", "1e400", "9e999999999", "9" * 64])
def test_refuses_what_is_too_large(text: str) -> None:
    assert reason(text) == "out-of-bounds"
    assert reason("-" + text[:63], is_signed=True) == "out-of-bounds"


def test_every_scale_fits_into_64_bits() -> None:
    assert max(scale.units_bound for scale in SCALES) < 2**63


def test_a_count_of_units_is_never_rounded() -> None:
    with pytest.raises(Inexact):
        to_units(Decimal("0.000001"), digits=5)


@pytest.mark.parametrize(("value", "text"), [("1E+3", "1000"), ("-0.0", "0"), ("5.50", "5.5")])
def test_canonical_form_has_one_spelling(value: str, text: str) -> None:
    assert str(canonical(Decimal(value))) == text


def test_a_sum_within_the_bounds_is_returned() -> None:
    assert require_bounds(Decimal(1), scale=MONEY) == 1
