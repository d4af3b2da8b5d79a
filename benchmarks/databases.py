"""Private database servers: on a real disk, durable, on free ports, and gone afterwards."""

import os
import shutil
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from benchmarks import tools

YARDSTICK = "yardstick"
NAME = "beanpay"
CONNECTIONS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is running: where, and the process that does its work."""

    name: str
    url: str
    pid: int | None = None
    port: int = 0


@contextmanager
def running(name: str, *, directory: Path) -> Iterator[Database]:
    """Start a database in the directory; at the end, stop it and delete its files."""
    home = directory / name
    home.mkdir(mode=0o700)
    try:
        if name == "sqlite":
            yield Database(name, f"sqlite:///{home / 'beanpay.sqlite3'}")
        else:
            yield from _running_server(SERVERS[name](home))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _running_server(server: "_Server") -> Iterator[Database]:
    process = server.start()
    try:
        tools.await_server(process, is_up=server.is_up, log=server.log)
        server.make_databases()
        yield Database(server.name, server.url, process.pid, server.port)
    finally:
        tools.stop(process, signal=server.end)


class _Server(ABC):
    name: ClassVar[str]
    user: ClassVar[str]  # As whom it runs if we are root: it refuses to be root itself.
    end: ClassVar[signal.Signals]  # The quickest way out: nobody needs the data.

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "log"
        self.port = tools.free_port()
        self.as_user = self.user if os.geteuid() == 0 else None
        if self.as_user:
            shutil.chown(home, self.as_user)

    @property
    @abstractmethod
    def url(self) -> str:
        """Return the DATABASE_URL."""

    @abstractmethod
    def start(self) -> "subprocess.Popen[bytes]":
        """Make the data directory and start the server on it."""

    @abstractmethod
    def ask(self, statement: str) -> str:
        """Carry out a statement as the root of the database."""

    @abstractmethod
    def make_databases(self) -> None:
        """Make the databases that are used."""

    def is_up(self) -> bool:
        """Tell whether it answers."""
        try:
            self.ask("SELECT 1")
        except tools.BenchmarkError:
            return False
        return True


class _MariaDB(_Server):
    name = "mariadb"
    user = "mysql"
    end = signal.SIGKILL

    @property
    def url(self) -> str:
        return f"mysql://root:@127.0.0.1:{self.port}/{NAME}"

    def start(self) -> "subprocess.Popen[bytes]":
        install = [
            tools.program("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={self.data}",
            "--skip-test-db",
            "--skip-name-resolve",
            "--auth-root-authentication-method=normal",
        ]
        tools.run(install, user=self.as_user)
        serve = [
            tools.program("mariadbd"),
            "--no-defaults",
            f"--datadir={self.data}",
            f"--socket={self.home / 'socket'}",
            f"--tmpdir={self.home}",
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            f"--max-connections={CONNECTIONS_MAX}",
            "--open-files-limit=8192",
            "--innodb-buffer-pool-size=1G",
            "--innodb-log-file-size=512M",
            "--innodb-flush-log-at-trx-commit=1",
        ]
        return tools.start(serve, log=self.log, user=self.as_user)

    def ask(self, statement: str) -> str:
        client = [tools.program("mariadb"), "--no-defaults", "--host=127.0.0.1", "--user=root"]
        return tools.run([*client, f"--port={self.port}", f"--execute={statement}"])

    def make_databases(self) -> None:
        self.ask(f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4; CREATE DATABASE {YARDSTICK}")


class _PostgreSQL(_Server):
    name = "postgresql"
    user = "postgres"
    end = signal.SIGQUIT

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{NAME}"

    def start(self) -> "subprocess.Popen[bytes]":
        install = [
            tools.program("initdb"),
            f"--pgdata={self.data}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        tools.run(install, user=self.as_user)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.home,
            "max_connections": CONNECTIONS_MAX,
            "shared_buffers": "1GB",
            "fsync": "on",
            "synchronous_commit": "on",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        serve = [tools.program("postgres"), "-D", str(self.data), *options]
        return tools.start(serve, log=self.log, user=self.as_user)

    def ask(self, statement: str) -> str:
        client = [tools.program("psql"), "--host=127.0.0.1", "--username=postgres", "--quiet"]
        return tools.run([*client, f"--port={self.port}", f"--command={statement}"])

    def make_databases(self) -> None:
        self.ask(f"CREATE DATABASE {NAME} ENCODING 'UTF8' TEMPLATE template0")


SERVERS: dict[str, type[_Server]] = {each.name: each for each in (_MariaDB, _PostgreSQL)}
DATABASES = ("mariadb", "postgresql", "sqlite")
