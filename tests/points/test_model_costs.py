"""The model's arithmetic and its spending order, at the edges."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.points.model import Model, Said
from tests.points.model.costs import cost_of_part, half_up
from tests.points.model.state import Lot, Piece
from tests.points.scenarios import START


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 201), "0"),
        (Fraction(5, 3), "1.67"),
        (Fraction("0.015"), "0.02"),
        (Fraction("89999999999999999.985"), "89999999999999999.99"),
        (Fraction("89999999999999999.98499999999999999999999999999"), "89999999999999999.98"),
    ],
)
def test_halves_are_rounded_up_once(exact: Fraction, rounded: str) -> None:
    assert half_up(exact) == Decimal(rounded)


def test_a_part_of_a_piece_costs_at_most_what_the_piece_does() -> None:
    lot = Lot(1, 1, Decimal(3), Decimal(5))
    piece = Piece(lot, Decimal("1.01"), Decimal("1.60"))
    assert cost_of_part(lot, piece, Decimal("0.50")) == Decimal("0.83")
    assert cost_of_part(lot, piece, Decimal("1.00")) == Decimal("1.60")
    assert cost_of_part(lot, piece, Decimal("1.01")) == Decimal("1.60")


def test_pieces_of_one_lot_give_back_what_each_of_them_holds() -> None:
    model = Model()
    for operation, point in [("increase", "3"), ("freeze", "1"), ("freeze", "1.5")]:
        wish = {"cost": Decimal(1)} if operation == "increase" else {}
        model.call(operation, now=START, uid="ann", point=Decimal(point), **wish)
    said = model.call("unfreeze", now=START, uid="ann", point=Decimal(2))
    model.check()
    assert isinstance(said, Said)
    # 0.33 of the first hold, whole; 0.33 of the 0.50 of the second.
    assert said.data["opCost"] == Decimal("0.66")
    assert [row["delta"] for row in said.data["recLogList"]] == [2]


@pytest.mark.parametrize(
    ("order", "places"), [("expiry", [4, 2, 5, 1, 3]), ("created", [1, 2, 3, 4, 5])]
)
def test_lots_are_spent_in_the_order_of_their_type(order: str, places: list[int]) -> None:
    model = Model()
    model.call("addPointType", now=START, name="default", order=order)
    for seconds in (None, 2, None, 1, 2):
        expires_at = seconds and START + timedelta(seconds=seconds)
        model.call("increase", now=START, uid="ann", point=Decimal(1), expireTime=expires_at)
    said = model.call("decrease", now=START, uid="ann", point=Decimal(5))
    assert isinstance(said, Said)
    assert [row["recId"] for row in said.data["recLogList"]] == places
