"""Whose accounts the figures work on. Pure data: shared by what fills the database and what asks.

Account 0 of each crowd is the hot one, on which all callers meet; the others are numbered from 1.
"""

from dataclasses import dataclass

TENANT = "bench"
PACKAGE = "wash"
MONEY = 1_000_000_000
CAPACITY = 1_000_000_000
LOT_POINTS = 1_000_000
DEDUCT_AMOUNT = 1_000
HOT_DEDUCTS = 10_000
DEDUCTS = 20
LOTS = (1, 10, 1000)
POINT_STEPS = ("increase", "decrease", "freeze")


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many accounts of one kind, called PREFIX0, PREFIX1, ….

    `lots`: how many lots each has, if they are of points.
    """

    kind: str
    prefix: str
    share: int = 1
    lots: int = 0

    def count(self, accounts: int) -> int:
        """Return how many there are, besides the hot one, where wallets are so many."""
        return max(1, accounts // self.share)


WALLETS = Crowd("wallets", "w")
REFUNDED = Crowd("wallets", "r")  # With deducts d0, d1, … to give back.
PACKAGES = Crowd("packages", "p")
# More lots, fewer accounts: as many lots take as long to make.
_SHARES = {1: 1, 10: 5, 1000: 100}
POINTS = {
    (step, lots): Crowd("points", f"{step}-{lots}-", share=_SHARES[lots], lots=lots)
    for step in POINT_STEPS
    for lots in LOTS
}
CROWDS = {crowd.prefix: crowd for crowd in (WALLETS, REFUNDED, PACKAGES, *POINTS.values())}
