"""No float in any path of money: no literal, no conversion, no true division."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("ledger", "wallets", "packages_app", "points", "gateway", "clients")
FILES = sorted(
    str(path.relative_to(ROOT))
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
# What is no money. Each entry allows exactly these expressions in that file.
ALLOWED = {
    "clients/callers.py": {"3.0"},  # Seconds that a key is remembered.
    "ledger/combiner.py": {"10.0"},  # Seconds that one is kept apart.
    "ledger/metrics.py": {"0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5"},
    "ledger/posting.py": {"5.0", "0.005", "0.2"},  # Seconds to try and to pause.
}
FLOATING = {"math", "cmath", "statistics"}
EXAMPLES = {"example", "ACCOUNT_EXAMPLE", "CHANGE_EXAMPLE"}  # For the reader of the schema only.


def floats(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of every expression that is, makes or may make a float."""
    if isinstance(tree, ast.keyword) and tree.arg in EXAMPLES:
        return
    if isinstance(tree, ast.AnnAssign | ast.Assign) and EXAMPLES & set(_targets(tree)):
        return
    if isinstance(tree, ast.expr | ast.stmt) and _is_float(tree):
        yield tree.lineno, ast.unparse(tree)
    for child in ast.iter_child_nodes(tree):
        yield from floats(child)


def _targets(tree: ast.AnnAssign | ast.Assign) -> list[str]:
    targets = tree.targets if isinstance(tree, ast.Assign) else [tree.target]
    return [ast.unparse(target) for target in targets]


def _is_float(tree: ast.expr | ast.stmt) -> bool:
    match tree:
        case ast.Constant(value=float() | complex()):
            return True
        case ast.BinOp(op=ast.Div(), right=right):
            return not (isinstance(right, ast.Constant) and isinstance(right.value, str))  # A path.
        case ast.AugAssign(op=ast.Div()) | ast.Attribute(attr="FloatField" | "total_seconds"):
            return True
        case ast.Call():
            return _takes_float(tree)
    return _imports_floats(tree)


def _takes_float(call: ast.Call) -> bool:
    values = [call.func, *call.args, *(keyword.value for keyword in call.keywords)]
    names = {value.id for value in values if isinstance(value, ast.Name)}
    return bool(names & {"float", "complex"}) and "isinstance" not in names


def _imports_floats(tree: ast.expr | ast.stmt) -> bool:
    if isinstance(tree, ast.ImportFrom):
        return tree.module in FLOATING
    return isinstance(tree, ast.Import) and any(each.name in FLOATING for each in tree.names)


@pytest.mark.parametrize("name", FILES)
def test_there_is_no_float(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    found = [(line, text) for line, text in floats(tree) if text not in ALLOWED.get(name, set())]
    assert not found


def test_every_exception_is_still_needed() -> None:
    for name, allowed in ALLOWED.items():
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        assert {text for _, text in floats(tree)} >= allowed


@pytest.mark.parametrize(
    "code",
    [
        "x = 0.1",
        "x = -1e3",
        "def f(y=0.5): ...",
        "x = float(y)",
        "x = list(map(float, y))",
        "x = read(y, kind=float)",
        "x = y / 2",
        "x /= 2",
        "x = 1j",
        "x = models.FloatField()",
        "from math import floor",
        "import math",
        "x = delta.total_seconds()",
    ],
)
def test_a_float_would_be_found(code: str) -> None:
    assert list(floats(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["x = y // 2", "x = 10", "x = Path(a) / 'b'", "Q(example=0.5)", "isinstance(x, float)"]
)
def test_what_is_no_float_would_not(code: str) -> None:
    assert not list(floats(ast.parse(code)))
