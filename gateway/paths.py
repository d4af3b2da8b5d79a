"""Where a path leads, for what no URL resolver stands before."""

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import unquote

from gateway.registry import OPERATIONS, Operation

PARAMETER = re.compile(r"{(\w+)}")
Place = tuple[Operation, Mapping[str, str]]


def find(path: str) -> Place | None:
    """Return the operation at a path, with or without a trailing slash, and what the path names."""
    fixed, patterns = _declared()
    path = unquote(path) if "%" in path else path
    if found := fixed.get(path):
        return found
    matches = ((operation, pattern.fullmatch(path)) for pattern, operation in patterns)
    return next(((it, match.groupdict()) for it, match in matches if match), None)


@cache
def _declared() -> tuple[Mapping[str, Place], tuple[tuple[re.Pattern[str], Operation], ...]]:
    """Return the operations by their paths, and those whose paths have parameters by patterns."""
    fixed: dict[str, Place] = {}
    patterns = []
    for path, operation in OPERATIONS.items():
        if PARAMETER.search(path):
            patterns.append((re.compile(PARAMETER.sub(r"(?P<\1>[^/]+)", path) + "/?"), operation))
        else:
            fixed[path] = fixed[path + "/"] = (operation, {})
    return fixed, tuple(patterns)
