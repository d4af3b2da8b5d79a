"""What the figures should reach, beside the yardstick of the same run."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.clients import Sample
from benchmarks.figures import Load
from benchmarks.results import Place, Results, middle, ratio
from benchmarks.service import Variant

TAIL = {"drf": 4.0, "asgi": 2.5}  # p99 ÷ p50 with 64 callers, at most


@dataclass(frozen=True, slots=True)
class Least:
    """A rate to reach, as a share of the yardstick's, by each door."""

    figure: str
    load: Load
    shares: dict[str, float]


HOT = True
LEAST = (
    Least("add", Load(1), {"drf": 0.4, "asgi": 0.45}),
    Least("add", Load(16), {"drf": 0.35, "asgi": 0.65}),
    Least("add", Load(16, HOT), {"drf": 0.8, "asgi": 1.6}),
    Least("add", Load(64), {"drf": 0.6, "asgi": 1.8}),
    Least("add", Load(64, HOT), {"drf": 1.0, "asgi": 3.0}),
    Least("batch-100", Load(1), {"drf": 0.6, "asgi": 0.6}),
    Least("batch-1000", Load(1), {"drf": 0.55, "asgi": 0.55}),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One target: what was to be reached, and what was."""

    what: str
    variant: Variant
    target: str
    reached: str
    is_reached: bool


def outcomes(results: Results) -> Iterator[Outcome]:
    """Yield each target whose figure was measured."""
    for least in LEAST:
        place = Place("mariadb", least.figure, least.load)
        for variant in _variants(results, place):
            samples = results.found(place, variant)
            share = least.shares[variant.door]
            if found := ratio(samples, results.found(place, None)):
                what, is_reached = (
                    f"{least.figure}, {least.load} ÷ yardstick",
                    found.middle >= share,
                )
                yield Outcome(what, variant, f"≥ {share}", str(found), is_reached)
            if least.figure == "add" and least.load.callers == max(
                each.load.callers for each in LEAST
            ):
                yield _tail(least, variant, samples)


def _tail(least: Least, variant: Variant, samples: list[Sample]) -> Outcome:
    most = TAIL[variant.door]
    found = middle(samples, lambda sample: sample.p99 / sample.p50)
    what = f"{least.figure}, {least.load}, p99 ÷ p50"
    return Outcome(what, variant, f"≤ {most}", f"{found:.1f}", found <= most)


def _variants(results: Results, place: Place) -> list[Variant]:
    """Return the variants that were measured; those with group commit, if there are any."""
    measured = [each for each in results.samples.get(place, {}) if each is not None]
    return sorted(each for each in measured if each.is_grouped) or sorted(measured)
