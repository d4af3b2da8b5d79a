"""What points cost and what costs buy, in exact fractions."""

import math
from decimal import Decimal
from fractions import Fraction

from tests.points.model.state import Lot, Piece

CENT = Decimal("0.01")
NOTHING = Decimal(0)


def half_up(exact: Fraction) -> Decimal:
    """Round to two digits, halves up."""
    return Decimal(math.floor(exact * 100 + Fraction(1, 2))) / 100


def cost_of_points(lot: Lot, points: Decimal) -> Decimal:
    """Tell what some of the available points of a lot cost."""
    if lot.total_cost == 0:
        return NOTHING
    if points == lot.points["available"]:
        return lot.costs["available"]
    return min(lot.costs["available"], _share(lot, points))


def points_for_cost(lot: Lot, cost: Decimal) -> Decimal:
    """Tell how many of the available points of a lot go for a cost; none: pass it over."""
    available = lot.points["available"]
    if lot.costs["available"] == 0:
        return NOTHING
    if cost >= lot.costs["available"]:
        return available
    if available == CENT:
        return NOTHING
    exact = Fraction(cost) * Fraction(lot.total) / Fraction(lot.total_cost)
    return min(available - CENT, max(CENT, half_up(exact)))


def cost_of_part(lot: Lot, piece: Piece, points: Decimal) -> Decimal:
    """Tell what some of the points of a hold's piece cost."""
    if points == piece.points:
        return piece.cost
    return min(piece.cost, _share(lot, points))


def _share(lot: Lot, points: Decimal) -> Decimal:
    return half_up(Fraction(points) * Fraction(lot.total_cost) / Fraction(lot.total))
