"""Run the tasks of one database in turn, and hold its ledger against what was answered."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from benchmarks import databases, service, tools
from benchmarks.clients import Clients, Sample, Target, Until
from benchmarks.figures import Load, crowds
from benchmarks.options import Options
from benchmarks.results import Place, Results, Subject
from benchmarks.service import Variant
from benchmarks.tasks import Task

FIRST_LOAD = Load(64)
FIRST_SECONDS = 1.0


class Session:
    """One database with its servers, and what their callers were told."""

    def __init__(self, tasks: list[Task], *, options: Options, directory: Path) -> None:
        self.tasks = tasks
        self.options = options
        self.directory = directory
        self.targets: dict[Variant, Target] = {}
        self.acknowledged: Counter[str] = Counter()
        self.unanswered = 0
        self.missing: set[str] = set()

    def measure(self, clients: Clients, results: Results) -> None:
        """Start all, run all rounds, stop the servers and check the ledger."""
        name = self.tasks[0].database
        tools.say(f"{name}: starting, migrating, filling …")
        with databases.running(name, directory=self.directory) as database:
            environment = service.settings(database)
            needed = crowds(task.figure for task in self.tasks)
            accounts = self.options.accounts
            key = service.prepare(environment, crowds=needed, accounts=accounts)
            before = service.totals(environment)
            with ExitStack() as stack:
                for variant in self._variants():
                    log = self.directory / f"{name}, {variant}.log"
                    server = stack.enter_context(
                        service.serving(
                            variant, environment=environment, threads=self.options.threads, log=log
                        )
                    )
                    self.targets[variant] = Target(server, key, database)
                self._warm_up(clients)
                for number in range(self.options.rounds):
                    self._round(number, clients, results)
            self._check(before, environment, results)

    def _variants(self) -> list[Variant]:
        return sorted({variant for task in self.tasks for variant in task.variants})

    def _warm_up(self, clients: Clients) -> None:
        """Let every thread of every server open its connection."""
        until = Until(seconds=FIRST_SECONDS)
        for variant in self._variants():
            task = next(task for task in self.tasks if variant in task.variants)
            warm = Task(task.database, task.figure, FIRST_LOAD, (variant,))
            self._ask(warm, variant, clients=clients, until=until)

    def _round(self, number: int, clients: Clients, results: Results) -> None:
        until = Until(self.options.seconds, self.options.warm)
        for task in self.tasks:
            place = Place(task.database, task.figure.name, task.load)
            subjects: list[Subject] = [None] if task.has_yardstick else []
            subjects += task.variants
            for subject in subjects if number % 2 == 0 else reversed(subjects):
                if subject is None:
                    sample = clients.measure_database(
                        task.figure,
                        task.load,
                        of=self.targets[task.variants[0]].database,
                        accounts=self.options.accounts,
                        until=until,
                    )
                else:
                    sample = self._ask(task, subject, clients=clients, until=until)
                results.add(place, subject, sample)
                tools.say(_line(number, place, subject, sample))

    def _ask(self, task: Task, variant: Variant, *, clients: Clients, until: Until) -> Sample:
        sample = clients.ask(
            task.figure,
            task.load,
            of=self.targets[variant],
            accounts=self.options.accounts,
            until=until,
        )
        self.acknowledged[task.figure.crowd.kind] += sample.acknowledged * task.figure.change
        self.unanswered += sample.unanswered
        return sample

    def _check(
        self, before: Mapping[str, int], environment: Mapping[str, str], results: Results
    ) -> None:
        """Hold what the ledger has booked against what callers were told, and verify it."""
        name = self.tasks[0].database
        tools.say(f"{name}: verifying …")
        after = service.totals(environment)
        for kind, total in after.items():
            booked, told = total - before[kind], self.acknowledged[kind]
            is_equal = booked == told
            results.is_sound &= is_equal
            results.checks.append(
                f"{name}: sum of {kind} changed by {booked:+}, answered {told:+}:"
                f" {'equal' if is_equal else 'DIFFERENT'}"
            )
        is_clean, said = service.verify(environment)
        results.is_sound &= is_clean
        results.checks.append(f"{name}: verify_ledger: {said}")
        if self.unanswered:
            results.checks.append(f"{name}: {self.unanswered} requests were never answered")


def _line(number: int, place: Place, subject: Subject, sample: Sample) -> str:
    who = "yardstick" if subject is None else str(subject)
    errors = f", {sample.errors} ERRORS" if sample.errors else ""
    return (
        f"  {number + 1}  {place.figure:<20} {place.load!s:<10} {who:<24}"
        f" {sample.rate:>9,.0f}/s  p50 {sample.p50:.2f}  p99 {sample.p99:.2f} ms{errors}"
    )


def by_database(tasks: Iterable[Task]) -> list[list[Task]]:
    """Sort tasks by their database."""
    sorted_tasks: dict[str, list[Task]] = {}
    for task in tasks:
        sorted_tasks.setdefault(task.database, []).append(task)
    return list(sorted_tasks.values())
