"""The service itself: its settings, its database filled, its server started."""

import json
import secrets
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from os import environ
from pathlib import Path

from benchmarks import people, tools
from benchmarks.databases import Database
from benchmarks.people import Crowd

ANSWER_SECONDS = 10
OK = 200


@dataclass(frozen=True, slots=True)
class Door:
    """One of the ways in: the server's interface, and what it calls."""

    interface: str
    module: str


DOORS = {"drf": Door("wsgi", "wsgi"), "asgi": Door("asgi", "asgi")}


@dataclass(frozen=True, slots=True, order=True)
class Variant:
    """A way to run the service: by which door, and with group commit or without."""

    door: str
    is_grouped: bool

    @property
    def group_commit(self) -> str:
        """Return on or off."""
        return "on" if self.is_grouped else "off"

    def __str__(self) -> str:
        return f"{self.door}, group commit {self.group_commit}"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is running."""

    pid: int
    port: int

    def status(self, path: str, *, method: str = "GET", key: str = "") -> int:
        """Return the HTTP status of an empty request; 0 if there is no answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        try:
            connection.request(
                method, path, body="{}" if method == "POST" else None, headers=headers
            )
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()


def settings(database: Database) -> dict[str, str]:
    """Return the environment of the service on this database: safe, and logging as it would."""
    return {
        **environ,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "LEDGER_HASH_KEYS": f"1:{secrets.token_hex(32)}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "API_AUTH_REQUIRED": "1",
        "CACHE_URL": "locmemcache://",
        "LOG_LEVEL": "INFO",
        "WORKERS": "1",
        "DATABASE_URL": database.url,
    }


def prepare(environment: Mapping[str, str], *, crowds: Iterable[Crowd], accounts: int) -> str:
    """Migrate the database and fill it; return the key of a client."""
    tools.manage(["migrate", "--noinput", "--verbosity", "0"], environment=environment)
    client = ["createclient", "benchmarks", "--ident", people.TENANT, "--scopes", "read,write"]
    key = tools.manage(client, environment=environment).split()[-1]
    prefixes = [crowd.prefix for crowd in crowds]
    _in_django(f"seed.fill({prefixes!r}, accounts={accounts})", environment=environment)
    return key


def totals(environment: Mapping[str, str]) -> dict[str, int]:
    """Return what all accounts of each kind hold together."""
    answer: dict[str, int] = json.loads(
        _in_django("seed.print_totals()", environment=environment).splitlines()[-1]
    )
    return answer


def verify(environment: Mapping[str, str]) -> tuple[bool, str]:
    """Tell whether the ledger verifies, and what was said about it."""
    try:
        said = tools.manage(["verify_ledger"], environment=environment)
    except tools.BenchmarkError as error:
        return False, str(error)
    return True, said.strip()


@contextmanager
def serving(
    variant: Variant, *, environment: Mapping[str, str], threads: int, log: Path
) -> Iterator[Server]:
    """Start a server and stop it at the end."""
    port = tools.free_port()
    process = tools.start(
        _granian(DOORS[variant.door], port=port, threads=threads),
        log=log,
        environment={**environment, "GROUP_COMMIT": str(int(variant.is_grouped))},
    )
    try:
        server = Server(process.pid, port)
        tools.await_server(process, is_up=lambda: server.status("/healthz") == OK, log=log)
        yield server
    finally:
        tools.stop(process, signal=signal.SIGTERM)


def _granian(door: Door, *, port: int, threads: int) -> list[str]:
    """Return the command of the server: as bin/run has it, on another port."""
    blocking = ["--blocking-threads", str(threads)] if door.interface == "wsgi" else []
    return [
        str(tools.ROOT / ".venv" / "bin" / "granian"),
        *("--interface", door.interface, "--http", "1", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", *blocking),
        *("--log-level", "error", "--no-access-log"),
        f"beanpay_site.{door.module}:application",
    ]


def _in_django(call: str, *, environment: Mapping[str, str]) -> str:
    code = f"from benchmarks import seed; {call}"
    return tools.manage(["shell", "--no-imports", "--command", code], environment=environment)
