"""Measure, check and report. `benchmarks/run` calls it."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from benchmarks import clients, machine, options, report, tools
from benchmarks.clients import Clients
from benchmarks.options import Options
from benchmarks.results import Results
from benchmarks.rounds import Session, by_database
from benchmarks.soak import soak
from benchmarks.tasks import Chooser, Task

RESULTS = Path(__file__).resolve().parent / "results.md"
IN_MEMORY = {"tmpfs", "ramfs"}
RUN_EXTRA_SECONDS = 0.5
LISTABLE = 0o711  # A database runs as its own user and has to reach its directory.


def main() -> int:
    """Return 0 if all was measured and the ledger agrees with what callers were told."""
    asked = options.read()
    tasks = Chooser(asked).tasks()
    if not tasks:
        tools.say("nothing is left to measure")
        return 1
    with _private_directory() as directory:
        built = clients.build(directory)
        if asked.soak:
            variant = tasks[0].variants[0]
            return int(not soak(built, variant=variant, options=asked, directory=directory))
        return _measure(tasks, built, asked, directory=directory)


def _measure(tasks: list[Task], built: Clients, asked: Options, *, directory: Path) -> int:
    results = Results()
    _announce(tasks, asked)
    load, *_ = os.getloadavg()
    for some in by_database(tasks):
        Session(some, options=asked, directory=directory).measure(built, results)
    facts = machine.facts({task.database for task in tasks}, load=load)
    text = report.word(results, facts=facts, options=asked)
    tools.say("\n" + text)
    if asked.is_written:
        RESULTS.write_text(text, encoding="utf-8")
    return int(not results.is_sound)


def _announce(tasks: list[Task], asked: Options) -> None:
    runs = asked.rounds * sum(len(task.variants) + task.has_yardstick for task in tasks)
    minutes = runs * (asked.seconds + asked.warm + RUN_EXTRA_SECONDS) / 60
    tools.say(f"{runs} runs, about {minutes:.0f} minutes")


@contextmanager
def _private_directory() -> Iterator[Path]:
    """Make a directory on a real disk, and delete it at the end."""
    parents = [os.environ.get("TMPDIR", "/tmp"), "/var/tmp", "/tmp"]  # noqa: S108 - mkdtemp is safe
    stat = tools.program("stat")
    kinds = {parent: tools.run([stat, "-f", "-c", "%T", parent]).strip() for parent in parents}
    durable = [parent for parent in parents if kinds[parent] not in IN_MEMORY]
    if not durable:
        raise tools.BenchmarkError("no directory on a disk was found: set TMPDIR to one")
    directory = Path(tempfile.mkdtemp(prefix="beanpay-benchmarks.", dir=durable[0]))
    directory.chmod(LISTABLE)
    try:
        yield directory
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # A second Ctrl-C would leave things behind.
        shutil.rmtree(directory, ignore_errors=True)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does: whatever was started is stopped."""
    sys.exit(128 + number)


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _interrupt)
    try:
        sys.exit(main())
    except tools.BenchmarkError as error:
        sys.exit(f"benchmarks/run: {error}")
