"""The rules, on figures of every size: nothing is made, nothing is lost, nothing is below zero."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.refusals import Code, Refusal
from points import rules
from points.rules import CENT, ZERO, AccountFigures, LotFigures, Pot, copied

BOUND = Decimal(9 * 10**16)
LARGEST = BOUND - CENT
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
GONE = (Pot.USED, Pot.REFUNDED, Pot.CANCELLED, Pot.EXPIRED)


def cents(least: int, most: int = 9 * 10**18 - 1) -> st.SearchStrategy[Decimal]:
    """Return a strategy of amounts between so many hundredths."""
    return st.integers(least, most).map(lambda units: Decimal(units).scaleb(-2))


# Small lots and large ones, cheap ones and dear ones: alike in number.
points = st.one_of(cents(1, 9), cents(1, 10_000), cents(1))
costs = st.one_of(st.just(ZERO), cents(0, 9), cents(0, 10_000), cents(0))
lots = st.builds(
    lambda total, cost: LotFigures(total=total, total_cost=cost, available=total), points, costs
)
shares = st.fractions(0, 1)


def rounded(exact: Fraction) -> Decimal:
    """Return a fraction rounded half up to a hundredth, once."""
    units = floor(exact * 100 + Fraction(1, 2))
    return Decimal(f"{units // 100}.{units % 100:02}")  # scaleb would keep 28 digits only.


def part(whole: Decimal, share: Fraction) -> Decimal:
    """Return a share of an amount, of at least a hundredth."""
    units = int(whole.scaleb(2))
    return Decimal(max(1, floor(units * share))).scaleb(-2)


def refused(code: Code, act: Callable[[], object]) -> Refusal:
    """Return the refusal that this must end in."""
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code is code
    return caught.value


@dataclass
class Held:
    """What a hold holds of a lot."""

    lot: LotFigures
    points: Decimal
    cost: Decimal


@dataclass
class Purse:
    """An account with lots and holds, moved by the rules alone."""

    lots: list[LotFigures]
    figures: AccountFigures = field(default_factory=AccountFigures)
    holds: list[Held] = field(default_factory=list)

    def __post_init__(self) -> None:
        for lot in self.lots:
            self.figures.grant(lot.total, cost=lot.total_cost)

    def take(self, lot: LotFigures, points: Decimal, target: Pot) -> None:
        """Take available points of a lot."""
        cost = lot.cost_of(points)
        self._move(lot, points, cost, Pot.AVAILABLE, target)
        if target is Pot.FROZEN:
            self.holds.append(Held(lot, points, cost))

    def take_cost(self, lot: LotFigures, cost: Decimal, target: Pot) -> None:
        """Take available points of a lot that are worth so much."""
        cost = min(cost, lot.available_cost)
        points = lot.points_for(cost)
        if points:
            self._move(lot, points, cost, Pot.AVAILABLE, target)
        if points and target is Pot.FROZEN:
            self.holds.append(Held(lot, points, cost))

    def let_go(self, held: Held, points: Decimal, target: Pot) -> None:
        """Take held points."""
        cost = rules.cost_of_part(points, held=held.points, held_cost=held.cost, lot=held.lot)
        self._move(held.lot, points, cost, Pot.FROZEN, target)
        held.points, held.cost = held.points - points, held.cost - cost

    def check(self) -> None:
        """Assert what is always so."""
        for lot in self.lots:
            check_lot(lot)
            pieces = [held for held in self.holds if held.lot is lot]
            assert sum(held.points for held in pieces) == lot.frozen
            assert sum(held.cost for held in pieces) == lot.frozen_cost
        for held in self.holds:
            assert held.points >= 0
            assert held.cost >= 0
            assert held.points or not held.cost
        for name in (*Pot, "points", "cost", "frozen_cost", "available_cost"):
            assert getattr(self.figures, name) == sum(getattr(lot, name) for lot in self.lots)
        assert self.figures.granted == sum(lot.total for lot in self.lots)
        assert self.figures.granted_cost == sum(lot.total_cost for lot in self.lots)

    def _move(
        self, lot: LotFigures, points: Decimal, cost: Decimal, source: Pot, target: Pot
    ) -> None:
        lot.move(points, cost=cost, source=source, target=target)
        self.figures.move(points, cost=cost, source=source, target=target)


def check_lot(lot: LotFigures) -> None:
    """Assert what is always so of a lot."""
    for each in fields(lot):
        assert getattr(lot, each.name) >= 0
    assert lot.available_cost >= 0
    assert lot.total == sum(getattr(lot, pot) for pot in Pot)
    gone = sum(getattr(lot, f"{pot}_cost") for pot in GONE)
    assert lot.total_cost == lot.available_cost + lot.frozen_cost + gone
    assert lot.available or not lot.available_cost
    assert lot.frozen or not lot.frozen_cost


purses = st.builds(Purse, st.lists(lots, min_size=1, max_size=4))


@given(purse=purses, count=st.integers(0, 12), data=st.data())
def test_any_moves_keep_all_points_and_all_cost(
    purse: Purse, count: int, data: st.DataObject
) -> None:
    """At the end nothing is left: the last points have taken the last cent."""
    for _ in range(count):
        move_some(purse, data)
        purse.check()
    for held in purse.holds:
        if held.points:
            purse.let_go(held, held.points, Pot.AVAILABLE)
    for lot in purse.lots:
        if lot.available:
            purse.take(lot, lot.available, Pot.EXPIRED)
    purse.check()
    assert purse.figures.points == purse.figures.cost == 0


def move_some(purse: Purse, data: st.DataObject) -> None:
    """Move some of what is held, or of a lot, if there is any."""
    held = [held for held in purse.holds if held.points]
    full = [lot for lot in purse.lots if lot.available]
    if held and (not full or data.draw(st.booleans())):
        one = data.draw(st.sampled_from(held))
        target = data.draw(st.sampled_from((Pot.AVAILABLE, Pot.USED)))
        purse.let_go(one, part(one.points, data.draw(shares)), target)
    elif full:
        take_some(purse, data.draw(st.sampled_from(full)), data)


def take_some(purse: Purse, lot: LotFigures, data: st.DataObject) -> None:
    """Take some of a lot, by points or by what they cost."""
    target = data.draw(st.sampled_from((Pot.FROZEN, *GONE)))
    share = data.draw(shares)
    if lot.available_cost and data.draw(st.booleans()):
        purse.take_cost(lot, part(lot.available_cost, share), target)
    else:
        purse.take(lot, part(lot.available, share), target)


@given(lot=lots, target=st.sampled_from(GONE), data=st.data())
def test_a_lot_that_is_taken_bit_by_bit_drifts_by_no_cent(
    lot: LotFigures, target: Pot, data: st.DataObject
) -> None:
    before = ZERO
    while lot.available > CENT:
        points = part(lot.available, data.draw(st.fractions(Fraction(1, 3), 1)))
        lot.move(points, cost=lot.cost_of(points), source=Pot.AVAILABLE, target=target)
        check_lot(lot)
        assert getattr(lot, f"{target}_cost") >= before
        before = getattr(lot, f"{target}_cost")
    if lot.available:
        lot.move(CENT, cost=lot.cost_of(CENT), source=Pot.AVAILABLE, target=target)
    assert (getattr(lot, target), getattr(lot, f"{target}_cost")) == (lot.total, lot.total_cost)


@given(lot=lots, share=shares)
def test_points_cost_their_share_and_the_last_ones_the_rest(
    lot: LotFigures, share: Fraction
) -> None:
    asked = part(lot.total, share)
    exact = rounded(Fraction(asked) * Fraction(lot.total_cost) / Fraction(lot.total))
    assert lot.cost_of(lot.available) == lot.available_cost == lot.total_cost
    if asked < lot.available:
        assert lot.cost_of(asked) == min(lot.available_cost, exact)
    assert lot.share(asked) == exact
    # When some is gone, for whatever cost, the rule is the same for what is left.
    gone = part(lot.total, 1 - share)
    if gone < lot.available:
        lot.move(gone, cost=lot.cost_of(gone), source=Pot.AVAILABLE, target=Pot.REFUNDED)
        assert lot.cost_of(lot.available) == lot.available_cost
        if asked < lot.available:
            assert lot.cost_of(asked) == min(lot.available_cost, exact)


@given(lot=lots, share=shares)
def test_a_cost_buys_its_share_but_never_the_last_points_without_the_last_cost(
    lot: LotFigures, share: Fraction
) -> None:
    if not lot.total_cost:
        assert lot.points_for(CENT) == 0
        return
    assert lot.points_for(lot.available_cost) == lot.available
    assert lot.points_for(lot.available_cost + CENT) == lot.available
    cost = part(lot.total_cost, share)
    if cost == lot.available_cost:
        return
    exact = rounded(Fraction(cost) * Fraction(lot.total) / Fraction(lot.total_cost))
    assert lot.points_for(cost) == min(lot.available - CENT, max(CENT, exact))
    assert lot.points_for(cost) < lot.available


@given(cost=cents(2))
def test_a_last_hundredth_is_passed_over_for_less_than_its_cost(cost: Decimal) -> None:
    lot = LotFigures(total=Decimal(7), total_cost=cost, available=CENT, used=Decimal("6.99"))
    assert lot.points_for(cost - CENT) == 0
    assert lot.points_for(cost) == CENT


@given(lot=lots, held=shares, share=shares)
def test_a_part_of_a_piece_costs_its_share_and_the_whole_all_it_holds(
    lot: LotFigures, held: Fraction, share: Fraction
) -> None:
    points = part(lot.available, held)
    cost = lot.cost_of(points)
    some = part(points, share)
    paid = rules.cost_of_part(some, held=points, held_cost=cost, lot=lot)
    exact = rounded(Fraction(some) * Fraction(lot.total_cost) / Fraction(lot.total))
    assert paid == (cost if some == points else min(cost, exact))


@given(one=cents(0), other=cents(0), over=cents(1))
def test_halves_are_rounded_up_once(one: Decimal, other: Decimal, over: Decimal) -> None:
    exact = rounded(Fraction(one) * Fraction(other) / Fraction(over))
    assert rules.proportion(part=one, whole=over, of=other) == exact


@pytest.mark.parametrize(
    ("one", "other", "over", "expected"),
    [
        ("1", "10", "30", "0.33"),
        ("2", "10", "30", "0.67"),
        ("0.01", "1", "2", "0.01"),  # 0.005
        ("0.01", "0.99", "2", "0"),  # 0.00495
        ("1", "0.29", "2", "0.15"),  # 0.145
        ("89999999999999999.99", "89999999999999999.97", "89999999999999999.98", None),
    ],
)
def test_some_halves(one: str, other: str, over: str, expected: str | None) -> None:
    found = rules.proportion(part=Decimal(one), whole=Decimal(over), of=Decimal(other))
    # (x + 1)(x - 1) / x is a little below x: too little for 28 digits to see.
    assert found == Decimal(expected if expected is not None else over)


@given(lot=lots, more=cents(1, 10_000))
def test_no_pot_gives_more_than_it_has(lot: LotFigures, more: Decimal) -> None:
    before = copied(lot)
    asked = lot.available + more
    found = refused(
        Code.INSUFFICIENT,
        lambda: lot.move(asked, cost=ZERO, source=Pot.AVAILABLE, target=Pot.USED),
    )
    assert found.facts == {"available": before.available, "asked": asked}
    assert lot == before


def test_a_copy_is_another() -> None:
    lot = LotFigures(total=Decimal(2), total_cost=Decimal(1), available=Decimal(2))
    twin = copied(lot)
    assert twin == lot
    twin.move(Decimal(1), cost=Decimal("0.5"), source=Pot.AVAILABLE, target=Pot.USED)
    assert [lot.available, twin.available] == [Decimal(2), Decimal(1)]


@given(asked=cents(1))
def test_enough_is_enough(asked: Decimal) -> None:
    rules.require_enough(available=asked, asked=asked)
    found = refused(
        Code.INSUFFICIENT, lambda: rules.require_enough(available=asked - CENT, asked=asked)
    )
    assert found.facts == {"available": asked - CENT, "asked": asked}


@given(asked=cents(1), step=st.sampled_from([CENT, -CENT]))
def test_an_orders_holds_are_just_so_many(asked: Decimal, step: Decimal) -> None:
    rules.require_exactly(found=asked, asked=asked)
    found = refused(
        Code.INSUFFICIENT, lambda: rules.require_exactly(found=asked + step, asked=asked)
    )
    assert found.facts == {"available": asked + step, "asked": asked}


@given(expected=cents(1), step=st.sampled_from([CENT, -CENT]))
def test_points_that_are_named_are_those_that_it_takes(expected: Decimal, step: Decimal) -> None:
    rules.require_same(points=expected, expected=expected)
    found = refused(
        Code.BAD_PARAMETER, lambda: rules.require_same(points=expected + step, expected=expected)
    )
    assert found.fields == {"points": {"reason": "must-equal", "expected": expected}}


@given(least=cents(1))
def test_points_that_are_named_are_no_fewer_than_it_takes(least: Decimal) -> None:
    rules.require_at_least(points=least, least=least)
    rules.require_at_least(points=least + CENT, least=least)
    found = refused(
        Code.BAD_PARAMETER, lambda: rules.require_at_least(points=least - CENT, least=least)
    )
    assert found.fields == {"points": {"reason": "too-small", "least": least}}


def test_a_disabled_account_is_passed_by_nothing() -> None:
    rules.require_enabled(is_enabled=True)
    refused(Code.DISABLED, lambda: rules.require_enabled(is_enabled=False))


def test_an_expiry_is_still_to_come() -> None:
    rules.require_future(None, now=NOW)
    rules.require_future(NOW + timedelta(microseconds=1), now=NOW)
    found = refused(Code.BAD_PARAMETER, lambda: rules.require_future(NOW, now=NOW))
    assert found.fields == {"expires_at": {"reason": "not-in-future"}}


@given(granted=cents(0), moved=shares, name=st.sampled_from(["points", "cost"]))
def test_there_is_room_for_all_that_was_ever_granted(
    granted: Decimal, moved: Fraction, name: str
) -> None:
    figures = AccountFigures()
    figures.grant(granted, cost=granted)
    if granted:  # What is gone counts, too.
        gone = part(granted, moved)
        figures.move(gone, cost=gone, source=Pot.AVAILABLE, target=Pot.USED)
    room = LARGEST - granted
    rules.require_room(figures, points=room, cost=room)
    more = {"points": ZERO, "cost": ZERO, name: room + CENT}
    found = refused(
        Code.BAD_QUANTITY,
        lambda: rules.require_room(figures, points=more["points"], cost=more["cost"]),
    )
    assert found.fields == {name: {"reason": "out-of-bounds"}}


def test_a_lot_is_cancelled_whole_or_not_at_all() -> None:
    lot = LotFigures(total=Decimal(5), available=Decimal(5))

    def ask(points: int, *, is_expired: bool = False) -> Callable[[], None]:
        return lambda: rules.require_cancellable(lot, points=Decimal(points), is_expired=is_expired)

    ask(5)()
    refused(Code.HELD, ask(4))
    assert refused(Code.UNKNOWN_LOT, ask(5, is_expired=True)).fields == {
        "lot_id": {"reason": "used-up"}
    }
    lot.move(Decimal(2), cost=ZERO, source=Pot.AVAILABLE, target=Pot.FROZEN)
    assert refused(Code.HELD, ask(3)).facts == {"available": 3, "frozen": 2, "asked": 3}
    lot.move(Decimal(3), cost=ZERO, source=Pot.AVAILABLE, target=Pot.USED)
    refused(Code.HELD, ask(0))
    lot.move(Decimal(2), cost=ZERO, source=Pot.FROZEN, target=Pot.USED)
    refused(Code.UNKNOWN_LOT, ask(0))
