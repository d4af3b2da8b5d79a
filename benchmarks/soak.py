"""Send a great many operations to one server, and look at its memory on the way."""

from pathlib import Path

from benchmarks import databases, processes, service, tools
from benchmarks.clients import Clients, Target, Until
from benchmarks.figures import BY_NAME, Load, crowds
from benchmarks.options import Options
from benchmarks.service import Variant

STEP = 50_000
CALLERS = 64
MEGABYTE = 1 << 20


def soak(clients: Clients, *, variant: Variant, options: Options, directory: Path) -> bool:
    """Send adds, printing the server's memory now and then; tell whether the sum is right."""
    figure, load = BY_NAME["add"], Load((options.callers or (CALLERS,))[0])
    name = (options.databases or databases.DATABASES)[0]
    with databases.running(name, directory=directory) as database:
        environment = service.settings(database)
        key = service.prepare(environment, crowds=crowds([figure]), accounts=options.accounts)
        before = service.totals(environment)["wallets"]
        log = directory / "server.log"
        tools.say(f"{options.soak:,} adds on {name}, {variant}, {load}")
        with service.serving(
            variant, environment=environment, threads=options.threads, log=log
        ) as server:
            told = 0
            target = Target(server, key, database)
            while told < options.soak:
                until = Until(requests=min(STEP, options.soak - told))
                sample = clients.ask(
                    figure, load, of=target, accounts=options.accounts, until=until
                )
                if not sample.acknowledged:
                    raise tools.BenchmarkError("nothing was answered well")
                told += sample.acknowledged
                memory = processes.resident_bytes(server.pid) / MEGABYTE
                tools.say(f"{told:>12,} operations  {sample.rate:>8,.0f}/s  {memory:>8,.1f} MB")
        booked = service.totals(environment)["wallets"] - before
        tools.say(
            f"booked {booked:,}, answered {told:,}: {'equal' if booked == told else 'DIFFERENT'}"
        )
        return booked == told
