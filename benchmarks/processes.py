"""What processes take of the machine, from /proc."""

import os
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# Of /proc/PID/stat, counted behind the name: see proc(5).
PARENT, OWN_CPU, RESIDENT = 1, slice(11, 13), 21


def cpu_seconds(pid: int | None) -> float:
    """Return the processor time that a process and its children have taken; None takes none."""
    fields = [_stat(each) for each in _family(pid)]
    return sum(int(ticks) for stat in fields for ticks in stat[OWN_CPU]) / TICKS


def resident_bytes(pid: int) -> int:
    """Return the memory that a process and its children hold."""
    return sum(int(stat[RESIDENT]) for each in _family(pid) if (stat := _stat(each))) * PAGE


def _family(pid: int | None) -> list[int]:
    """Return a process and all that descend from it."""
    if pid is None:
        return []
    parents = {int(path.name): _stat(int(path.name)) for path in PROC.glob("[0-9]*")}
    family = [pid]
    for member in family:
        family += [each for each, stat in parents.items() if stat and int(stat[PARENT]) == member]
    return family


def _stat(pid: int) -> list[str]:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8")
    except OSError:  # It has just ended.
        return []
    return text.rpartition(")")[2].split()
