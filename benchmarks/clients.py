"""The two programs in C that ask and time: built, run, and what they found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import people, processes, tools
from benchmarks.databases import YARDSTICK, Database
from benchmarks.figures import Figure, Load
from benchmarks.service import Server

HERE = Path(__file__).resolve().parent
MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one run found: operations a second, latencies in ms, processor time an operation in µs.

    The rate and the latencies are those of the timed part. All else is of the whole run, with its
    warm-up and with what was answered after the end.
    """

    rate: float
    p50: float
    p99: float
    server_cpu: float
    database_cpu: float
    client_cpu: float
    acknowledged: int
    errors: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Target:
    """A server that can be asked, the key for it, and the database behind it."""

    server: Server
    key: str
    database: Database


def build(directory: Path) -> "Clients":
    """Compile both programs into the directory."""
    libraries = tools.run([tools.program("pkg-config"), "--cflags", "--libs", "libmariadb"]).split()
    for name, flags in (("loadgen", []), ("yardstick", [*libraries, "-lpthread"])):
        source, made = str(HERE / f"{name}.c"), str(directory / name)
        tools.run([tools.program("gcc"), "-O2", "-Wall", "-Wextra", "-o", made, source, *flags])
    return Clients(directory)


class Clients:
    """The built programs. `seconds` are timed, after `warm` seconds of warming up."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def ask(
        self, figure: Figure, load: Load, *, of: Target, accounts: int, until: "Until"
    ) -> Sample:
        """Send a figure's requests to the service."""
        command = [
            *(str(self._directory / "loadgen"), "-P", str(of.server.port)),
            *("-H", f"Authorization: Bearer {of.key}", "-H", "Content-Type: application/json"),
            *("-m", figure.method, "-u", figure.path, "-b", figure.body, "-x", figure.mark),
            *("-i", figure.item, "-k", str(figure.operations)),
            *("-r", str(people.HOT_DEDUCTS if load.is_hot else people.DEDUCTS)),
            *("-c", str(load.callers), *until.options),
            *_range(figure, load, accounts),
        ]
        return _sampled(command, server=of.server.pid, database=of.database.pid)

    def measure_database(
        self, figure: Figure, load: Load, *, of: Database, accounts: int, until: "Until"
    ) -> Sample:
        """Do what is the least for a figure on the bare MariaDB."""
        command = [
            *(str(self._directory / "yardstick"), "-P", str(of.port), "-D", YARDSTICK),
            *("-c", str(load.callers), "-k", str(figure.operations), *until.options),
            *("-a", "1" if load.is_hot else str(figure.crowd.count(accounts))),
        ]
        return _sampled(command, server=None, database=of.pid)


@dataclass(frozen=True, slots=True)
class Until:
    """When a run ends: after so many seconds behind a warm-up, or after so many requests."""

    seconds: float = 0
    warm: float = 0
    requests: int = 0

    @property
    def options(self) -> list[str]:
        """Return it as options of the programs."""
        if self.requests:
            return ["-n", str(self.requests)]
        return ["-d", str(self.seconds), "-w", str(self.warm)]


def _range(figure: Figure, load: Load, accounts: int) -> list[str]:
    if load.is_hot:
        return ["-f", "0", "-a", "1"]
    return ["-f", "1", "-a", str(figure.crowd.count(accounts))]


def _sampled(command: list[str], *, server: int | None, database: int | None) -> Sample:
    before = [processes.cpu_seconds(pid) for pid in (server, database)]
    found: dict[str, Any] = tools.run_json(command)
    after = [processes.cpu_seconds(pid) for pid in (server, database)]
    each = MICROSECONDS / max(1, found["acknowledged"])
    return Sample(
        rate=found["rate"],
        p50=found["p50"],
        p99=found["p99"],
        server_cpu=(after[0] - before[0]) * each,
        database_cpu=(after[1] - before[1]) * each,
        client_cpu=found["cpu_seconds"] * each,
        acknowledged=found["acknowledged"],
        errors=found["errors"],
        unanswered=found.get("unanswered", 0),
    )
