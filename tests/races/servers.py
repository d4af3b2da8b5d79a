"""Real servers: a process for each door, at the test's own database."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlsplit

from django.db import connection

from clients.scopes import Scope
from tests.conftest import make_api

ROOT = Path(__file__).resolve().parent.parent.parent
INTERFACES = {"drf": "wsgi", "asgi": "asgi"}
HOST = "127.0.0.1"
START_SECONDS = 90
STOP_SECONDS = 30
ANSWER_SECONDS = 60
PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is running; what it writes to stderr is in `log`."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def send(self, number: signal.Signals) -> None:
        """Send a signal: SIGKILL to its workers, too, so that none goes on without it."""
        if number is signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    def wait(self) -> int:
        """Return its exit code, once it has ended."""
        return self.process.wait(STOP_SECONDS)

    def lines(self) -> list[dict[str, Any]]:
        """Return what it logged: a JSON object a line."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def serving(door: str, *, log: Path) -> Iterator[Server]:
    """Start a server and wait until it answers; leave nothing of it behind."""
    with reserved_port() as port, log.open("ab") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and server
            command(door, port=port),
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
            start_new_session=True,
        )
        server = Server(process, port, log)
        try:
            await_answer(server)
            yield server
            stop(server)
        finally:
            with suppress(ProcessLookupError):  # A worker may have outlived it.
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_SECONDS)


def stop(server: Server) -> None:
    """Stop a server as an operator does; one that has ended already is left alone."""
    if server.process.poll() is None:
        server.send(signal.SIGTERM)
        server.wait()


@contextmanager
def reserved_port() -> Iterator[int]:
    """Keep a free port for a server, which shares it: nobody else gets it meanwhile."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((HOST, 0))
        yield holder.getsockname()[1]


def command(door: str, *, port: int) -> list[str]:
    """Return the command of a server, as bin/run has it."""
    interface = INTERFACES[door]
    return [
        *(sys.executable, "-m", "granian", "--interface", interface, "--http", "1", "--no-ws"),
        *("--host", HOST, "--port", str(port), "--workers", "1"),
        *(("--blocking-threads", "32") if interface == "wsgi" else ()),
        *("--workers-kill-timeout", "30", "--log-level", "error", "--no-access-log"),
        f"beanpay_site.{interface}:application",
    ]


def environment() -> dict[str, str]:
    """Return the environment of a server: the tests' secrets, the test's database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "beanpay_site.settings",
        "DATABASE_URL": database_url(),
        "DATABASE_TIMEOUT": "15",
        "LOG_LEVEL": "INFO",
    }


def database_url() -> str:
    """Return how a process finds the test's database, whatever its name."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + quote(name, safe="")).geturl()


def await_answer(server: Server) -> None:
    """Wait until a server answers."""
    ends = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < ends:
        with suppress(OSError, HTTPException), Caller(server.port, NOBODY) as caller:
            if caller.ask("/healthz", method="GET").status == 200:
                return
        time.sleep(PAUSE_SECONDS)
    raise AssertionError(f"the server did not start:\n{server.log.read_text(encoding='utf-8')}")


class Client(NamedTuple):
    """An API client and its key; nobody has no name."""

    name: str | None
    key: str


NOBODY = Client(None, "")


def make_client(name: str) -> Client:
    """Make a client that may do everything."""
    return Client(name, make_api(name, scope=Scope.MANAGE).key)


class Answer(NamedTuple):
    """What came back over the wire."""

    status: int
    headers: HTTPMessage
    text: bytes

    @property
    def is_repeat(self) -> bool:
        """Tell whether it was done before."""
        return "Idempotent-Replayed" in self.headers

    def members(self) -> dict[str, Any]:
        """Return the members of the JSON object."""
        members: dict[str, Any] = json.loads(self.text)
        return members


class Caller:
    """Somebody who keeps a connection to a server."""

    def __init__(self, port: int, client: Client) -> None:
        self.client = client
        self._connection = HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def post(self, path: str, parameters: Mapping[str, object]) -> Answer:
        """Send parameters as a JSON body."""
        return self.ask(path, json.dumps(parameters).encode())

    def ask(
        self,
        path: str,
        content: bytes | None = None,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and return the answer.

        :raises OSError, HTTPException: if the connection ends before.
        """
        own = {"Authorization": f"Bearer {self.client.key}"} if self.client.key else {}
        sent = {"Content-Type": "application/json", **own, **(headers or {})}
        self._connection.request(method, path, content, sent)
        with self._connection.getresponse() as response:
            return Answer(response.status, response.headers, response.read())
