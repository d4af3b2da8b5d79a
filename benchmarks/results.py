"""What was found, by task, subject and round."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from benchmarks.clients import Sample
from benchmarks.figures import Load
from benchmarks.service import Variant

Subject = Variant | None  # None: the yardstick.


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was measured: what happens beside each other is compared."""

    database: str
    figure: str
    load: Load


@dataclass(frozen=True, slots=True)
class Ratio:
    """How two figures compare: their medians, and the ratios of each round."""

    of_medians: float
    of_rounds: tuple[float, ...]

    @property
    def middle(self) -> float:
        """Return the median of the rounds' ratios."""
        return median(self.of_rounds)

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({min(self.of_rounds):.2f}–{max(self.of_rounds):.2f})"


@dataclass(slots=True)
class Results:
    """All samples, each list in the order of the rounds; and what was checked or left out."""

    samples: dict[Place, dict[Subject, list[Sample]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    checks: list[str] = field(default_factory=list)
    is_sound: bool = True

    def add(self, place: Place, subject: Subject, sample: Sample) -> None:
        """Keep what a run found."""
        self.samples[place][subject].append(sample)

    def rows(self) -> Iterator[tuple[Place, Subject, list[Sample]]]:
        """Yield all, in the order in which it was measured first."""
        for place, subjects in self.samples.items():
            for subject, samples in sorted(subjects.items(), key=lambda item: str(item[0] or "")):
                yield place, subject, samples

    def found(self, place: Place, subject: Subject) -> list[Sample]:
        """Return the samples of one figure; none if it was not measured."""
        return self.samples.get(place, {}).get(subject, [])


def middle(samples: list[Sample], what: Callable[[Sample], float]) -> float:
    """Return the median over the rounds."""
    return median(map(what, samples))


def ratio(samples: list[Sample], base: list[Sample]) -> Ratio | None:
    """Compare rates; None if one of them was not measured in every round."""
    if not samples or len(samples) != len(base):
        return None
    pairs = zip(samples, base, strict=True)
    of_rounds = tuple(sample.rate / other.rate for sample, other in pairs if other.rate)
    if not of_rounds:
        return None
    return Ratio(middle(samples, _rate) / middle(base, _rate), of_rounds)


def _rate(sample: Sample) -> float:
    return sample.rate
