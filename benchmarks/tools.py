"""Run programs, start servers and end them."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
START_SECONDS = 60
STOP_SECONDS = 15
TAIL_LINES = 20

Command = Sequence[str]


class BenchmarkError(Exception):
    """Something that a figure needs is not there, or failed."""


def say(text: str = "") -> None:
    """Print a line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def program(name: str) -> str:
    """Return the path of an installed program.

    :raises BenchmarkError: if it is not installed.
    """
    found = shutil.which(name)
    if found is None:
        raise BenchmarkError(f"{name} is not installed")
    return found


def run(
    command: Command, *, environment: Mapping[str, str] | None = None, user: str | None = None
) -> str:
    """Run a program to its end; return what it printed.

    :raises BenchmarkError: if it failed.
    """
    done = subprocess.run(  # noqa: S603 - our own words
        command,
        cwd=ROOT,
        env=environment,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stdout + done.stderr).splitlines()[-TAIL_LINES:]
        raise BenchmarkError("\n".join([f"{command[0]} failed ({done.returncode}):", *last]))
    if done.stderr:
        sys.stderr.write(done.stderr)
    return done.stdout


def run_json(command: Command) -> dict[str, Any]:
    """Run a program that prints one JSON object; return it."""
    answer: dict[str, Any] = json.loads(run(command))
    return answer


def start(
    command: Command,
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a server. Ctrl-C does not reach it: whoever started it ends it."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own words
            command,
            cwd=ROOT,
            env=environment,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def await_server(
    server: "subprocess.Popen[bytes]", *, is_up: Callable[[], bool], log: Path
) -> None:
    """Wait until a server answers.

    :raises BenchmarkError: if it ended or took too long, with the end of its log.
    """
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        if is_up():
            return
        time.sleep(0.1)
    last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    raise BenchmarkError("\n".join([f"{server.args!r} did not start:", *last]))


def stop(server: "subprocess.Popen[bytes]", *, signal: int) -> None:
    """End a server with all its processes: ask by the signal, and insist after a while."""
    for number, patience in ((signal, STOP_SECONDS), (9, STOP_SECONDS)):
        try:
            os.killpg(server.pid, number)
            server.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def manage(arguments: Command, *, environment: Mapping[str, str]) -> str:
    """Run a management command of beanpay; return what it printed."""
    return run([PYTHON, "manage.py", *arguments], environment=environment)
