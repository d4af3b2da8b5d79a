"""A process that deducts: `python -m tests.races.worker DATABASE NAME COUNT`.

It says `ready`, waits for a line, then journals each deduct: `ask KEY` before, `OUTCOME KEY`
after it.
"""

import sys

import django


def main(database: str, name: str, count: int) -> None:
    """Deduct 1 from the customer `ann`, so many times."""
    django.setup()
    from django.db import connections

    connections["default"].settings_dict["NAME"] = database
    from tests.races.support import outcomes
    from tests.wallets.support import Customer

    say("ready")
    sys.stdin.readline()
    ann = Customer("ann")
    for number in range(count):
        key = f"{name}-{number}"
        say(f"ask {key}")
        (outcome,) = outcomes(ann.deduct(key, 1))
        say(f"{outcome} {key}")


def say(line: str) -> None:
    """Write a line of the journal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
