"""Which figures are run under which loads, by which variants of the service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.databases import DATABASES
from benchmarks.figures import BY_NAME, FIGURES, Figure, Load, hot, spread
from benchmarks.options import GROUP_COMMIT, Options
from benchmarks.service import DOORS, Variant

TARGET_BATCHES = ("batch-100", "batch-1000")
COMPARED = (*spread(1, 64), *hot(64))


@dataclass(frozen=True, slots=True)
class Task:
    """One figure under one load, by these variants in turn."""

    database: str
    figure: Figure
    load: Load
    variants: tuple[Variant, ...]

    @property
    def has_yardstick(self) -> bool:
        """Tell whether the bare database is measured beside it: that is a MariaDB."""
        return self.database == "mariadb" and self.figure.has_yardstick


class Chooser:
    """Makes tasks of options."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._doors = options.doors or tuple(DOORS)

    def tasks(self) -> list[Task]:
        """Return what is to be measured."""
        every = self._targets() if self._options.preset == "targets" else self._full()
        return [task for task in every if task.variants and self._is_wanted(task)]

    def _full(self) -> Iterator[Task]:
        for database in DATABASES:
            for figure in FIGURES:
                for load in self._loads(figure):
                    is_compared = figure.compares_group_commit
                    yield self._task(database, figure, load, is_compared=is_compared)

    def _targets(self) -> Iterator[Task]:
        add = BY_NAME["add"]
        for load in add.loads:
            yield self._task("mariadb", add, load, is_compared=load in COMPARED)
        for name in TARGET_BATCHES:
            yield self._task("mariadb", BY_NAME[name], Load(1), is_compared=False)
        for name in ("add", "batch-1000"):
            yield self._task("sqlite", BY_NAME[name], Load(1), is_compared=False)

    def _loads(self, figure: Figure) -> Iterable[Load]:
        """Return a figure's loads; with other numbers of callers, if these are chosen."""
        callers = self._options.callers
        patterns = sorted({load.is_hot for load in figure.loads})
        return (
            [Load(each, is_hot) for is_hot in patterns for each in callers]
            if callers
            else figure.loads
        )

    def _task(self, database: str, figure: Figure, load: Load, *, is_compared: bool) -> Task:
        groups = self._options.group_commit or (GROUP_COMMIT if is_compared else ("on",))
        variants = tuple(
            Variant(door, is_grouped=group == "on") for door in self._doors for group in groups
        )
        return Task(database, figure, load, variants)

    def _is_wanted(self, task: Task) -> bool:
        options = self._options
        wanted = (
            (task.database, options.databases),
            (task.figure.name, options.figures),
            (task.load.callers, options.callers),
            (task.load.pattern, options.patterns),
        )
        return all(not chosen or value in chosen for value, chosen in wanted)
