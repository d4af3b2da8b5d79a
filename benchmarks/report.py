"""Word the results: as Markdown, for people at a terminal as well."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from benchmarks.clients import Sample
from benchmarks.options import Options
from benchmarks.results import Place, Results, Subject, middle, ratio
from benchmarks.targets import outcomes

COLUMNS = (
    *("figure", "callers", "by", "operations/s", "÷ yardstick", "each round", "p50 ms", "p99 ms"),
    *("p99 ÷ p50", "server µs", "database µs", "client µs", "errors"),
)


def word(results: Results, *, facts: Iterable[tuple[str, str]], options: Options) -> str:
    """Return the whole report."""
    sections = [
        "# What was measured",
        _table(("on", ""), facts),
        _how(options),
        "## The ledger afterwards",
        _list(results.checks),
        *_targets(results),
        *_comparisons(results),
        *_figures(results),
    ]
    return "\n\n".join(sections) + "\n"


def _how(options: Options) -> str:
    return (
        f"{options.rounds} rounds in turn, {options.seconds:g} s each after {options.warm:g} s of"
        f" warming up; {options.accounts} accounts of a kind; {options.threads} threads behind"
        " the drf door. README.md says how to read it."
    )


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    ruler = ["---"] * len(head)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *rows))


def _figures(results: Results) -> Iterator[str]:
    for database in dict.fromkeys(place.database for place in results.samples):
        yield f"## {database}"
        yield _table(
            COLUMNS,
            [
                _row(place, subject, samples, yardstick=results.found(place, None))
                for place, subject, samples in results.rows()
                if place.database == database
            ],
        )


def _row(
    place: Place, subject: Subject, samples: list[Sample], *, yardstick: list[Sample]
) -> list[str]:
    found = ratio(samples, yardstick) if subject else None
    return [
        place.figure,
        str(place.load),
        str(subject or "yardstick"),
        f"{middle(samples, lambda sample: sample.rate):,.0f}",
        f"{found.of_medians:.2f}" if found else "",
        str(found) if found else "",
        f"{middle(samples, lambda sample: sample.p50):.2f}",
        f"{middle(samples, lambda sample: sample.p99):.2f}",
        f"{middle(samples, _tail):.1f}",
        f"{middle(samples, lambda sample: sample.server_cpu):,.0f}" if subject else "",
        f"{middle(samples, lambda sample: sample.database_cpu):,.0f}",
        f"{middle(samples, lambda sample: sample.client_cpu):,.0f}",
        str(sum(sample.errors for sample in samples)),
    ]


def _tail(sample: Sample) -> float:
    return sample.p99 / sample.p50 if sample.p50 else 0


def _targets(results: Results) -> Iterator[str]:
    rows = [
        (
            each.what,
            str(each.variant),
            each.target,
            each.reached,
            "yes" if each.is_reached else "no",
        )
        for each in outcomes(results)
    ]
    if rows:
        yield "## Targets"
        yield _table(("what", "by", "target", "measured", "reached"), rows)


def _comparisons(results: Results) -> Iterator[str]:
    rows = [*_group_commit(results), *_batches(results)]
    if rows:
        yield "## Compared, round by round"
        yield _table(("what", "database", "callers", "door", "operations/s, ratio"), rows)


def _group_commit(results: Results) -> Iterator[tuple[str, ...]]:
    for place, subject, samples in results.rows():
        if subject is None or not subject.is_grouped:
            continue
        without = results.found(place, replace(subject, is_grouped=False))
        if found := ratio(samples, without):
            what = f"{place.figure}: group commit on ÷ off"
            yield what, place.database, str(place.load), subject.door, str(found)


def _batches(results: Results) -> Iterator[tuple[str, ...]]:
    for place, subject, samples in results.rows():
        if subject is None or not place.figure.startswith("batch-"):
            continue
        single = results.found(Place(place.database, "add", place.load), subject)
        if found := ratio(samples, single):
            what = f"{place.figure} ÷ single adds"
            yield what, place.database, str(place.load), subject.door, str(found)
