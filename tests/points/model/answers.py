"""What the model answers."""

from dataclasses import dataclass
from typing import Any, Self


class Written:
    """What never changes once it is written, so that copies may share it."""

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Row(Written, dict[str, Any]):
    """A row of a log, by wire names."""


@dataclass(frozen=True)
class Said(Written):
    """The answer of an operation that was done, by wire names."""

    data: dict[str, Any]
    is_repeat: bool = False


@dataclass
class Refused(Exception):
    """The answer of an operation that was not done: nothing has changed."""

    status: int


MALFORMED = 1100
TOO_FEW = 1010
BAD_STATE = 1200
SEQ_REUSED = 2001
