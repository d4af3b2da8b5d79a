"""What the command is asked for."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.databases import DATABASES
from benchmarks.figures import BY_NAME
from benchmarks.service import DOORS

PRESETS = ("full", "targets")
SECONDS = {"full": 2.0, "targets": 3.0}
GROUP_COMMIT = ("on", "off")
PATTERNS = ("spread", "hot")
SOAK_OPERATIONS = 1_000_000
SOAK_HELP = "instead: so many adds (a million) on one server, showing its memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to measure, and how long. An empty choice leaves it to the preset and the figures."""

    preset: str
    figures: tuple[str, ...]
    databases: tuple[str, ...]
    doors: tuple[str, ...]
    callers: tuple[int, ...]
    patterns: tuple[str, ...]
    group_commit: tuple[str, ...]
    seconds: float
    warm: float
    rounds: int
    accounts: int
    threads: int
    soak: int
    is_written: bool


def read() -> Options:
    """Read the command line."""
    asked = vars(_parser().parse_args())
    asked["is_written"] = asked.pop("write")
    if asked["seconds"] is None:
        asked["seconds"] = SECONDS[asked["preset"]]
    return Options(**asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/run",
        description="Measure beanpay on servers of its own, against a yardstick. Choices are"
        " separated by commas.",
    )
    add = parser.add_argument
    add(
        "--preset", choices=PRESETS, default="full", help="full: all (an hour); targets: 15 minutes"
    )
    add("--figures", type=_some(*BY_NAME), default=(), help=", ".join(BY_NAME))
    add("--databases", type=_some(*DATABASES), default=(), help=", ".join(DATABASES))
    add("--doors", type=_some(*DOORS), default=(), help=", ".join(DOORS))
    add("--callers", type=_numbers, default=(), help="such as 1,16,64: instead of the figures' own")
    add("--patterns", type=_some(*PATTERNS), default=(), help="over all accounts; all on one")
    add("--group-commit", type=_some(*GROUP_COMMIT), default=(), help="on, off")
    add("--seconds", type=float, help="timed in each run; 2 (targets: 3)")
    add("--warm", type=float, default=0.5, help="seconds before they are timed; %(default)s")
    add("--rounds", type=int, default=3, help="how often all is run, in turn; %(default)s")
    add("--accounts", type=int, default=1000, help="of each kind; %(default)s")
    add("--threads", type=int, default=64, help="of the drf door's server; %(default)s")
    add("--soak", type=int, nargs="?", const=SOAK_OPERATIONS, default=0, help=SOAK_HELP)
    add("--write", action="store_true", help="write the figures to benchmarks/results.md")
    return parser


def _some(*names: str) -> Callable[[str], tuple[str, ...]]:
    def choice(text: str) -> tuple[str, ...]:
        chosen = tuple(text.split(","))
        if unknown := set(chosen) - set(names):
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
        return chosen

    return choice


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))
