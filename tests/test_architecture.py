"""The house rules that no linter knows, by walking the syntax tree."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("ledger", "clients", "gateway", "wallets", "packages_app", "points", "beanpay_site")
DOMAINS = ("wallets", "packages_app", "points")
DOMAIN_FILES = {
    "__init__.py",
    "apps.py",
    "models",
    "models.py",
    "rules.py",
    "commands.py",
    "operations.py",
    "queries",
    "queries.py",
    "api",
    "api.py",
    "admin",
    "admin.py",
    "migrations",
    "management",
}
WRITES = {
    "save",
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "get_or_create",
    "update_or_create",
}
WRITERS = {"operations.py", "models.py", "book.py"}
WRITES_ALLOWED = {
    # Where a write outside the writers is meant: (file, method).
    ("clients/callers.py", "update"),  # a client's last use
    ("ledger/records.py", "save"),  # the guards that let a new row pass
    ("ledger/records.py", "bulk_create"),
    ("clients/admin.py", "save"),
}
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
POSITIONAL_MAX = 1


def sources() -> list[Path]:
    """Return every file of ours but migrations."""
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def name(path: Path) -> str:
    """Return a file's name as people say it."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield every function a file defines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def calls_on_managers(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the method of every call that could write rows."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
        ):
            owner = ast.unparse(node.func.value)
            if node.func.attr != "update" or "objects" in owner or "manager" in owner:
                yield node.lineno, node.func.attr


@pytest.mark.parametrize("path", sources(), ids=name)
def test_a_file_and_its_functions_fit_the_eye(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES_MAX
    for function in functions(path):
        assert (function.end_lineno or 0) - function.lineno < FUNCTION_LINES_MAX, function.name


@pytest.mark.parametrize("path", sources(), ids=name)
def test_only_operations_and_the_book_write(path: Path) -> None:
    if path.name in WRITERS:
        return
    for line, method in calls_on_managers(path):
        assert (name(path), method) in WRITES_ALLOWED, f"line {line} writes"


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_has_the_house_shape(domain: str) -> None:
    found = {path.name for path in (ROOT / domain).iterdir() if path.name != "__pycache__"}
    assert found <= DOMAIN_FILES
    stems = {name.removesuffix(".py") for name in found}
    assert stems >= {"models", "rules", "commands", "operations", "queries"}


@pytest.mark.parametrize("domain", DOMAINS)
def test_verbs_take_a_book_and_a_command(domain: str) -> None:
    tree = ast.parse((ROOT / domain / "operations.py").read_text(encoding="utf-8"))
    verbs = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    public = [verb for verb in verbs if not verb.name.startswith("_")]
    assert len(public) > 1
    for verb in public:
        assert [argument.arg for argument in verb.args.args] == ["book", "command"], verb.name


@pytest.mark.parametrize("domain", DOMAINS)
def test_verbs_say_what_they_refuse(domain: str) -> None:
    for verb in functions(ROOT / domain / "operations.py"):
        raises = [node for node in ast.walk(verb) if isinstance(node, ast.Raise)]
        asks = any("rules." in ast.unparse(node) for node in verb.body)
        if not verb.name.startswith("_") and (raises or asks):
            assert ":raises" in (ast.get_docstring(verb) or ""), verb.name


@pytest.mark.parametrize("path", [ROOT / domain / "rules.py" for domain in DOMAINS], ids=name)
def test_rules_are_called_by_name(path: Path) -> None:
    for function in functions(path):
        named = [each.arg for each in function.args.args if each.arg != "self"]
        assert len(named) <= POSITIONAL_MAX, function.name
