"""The registry: every operation is declared once, and every door is made from its declaration."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clients.scopes import Scope
from gateway.parameters import Json, Parameter
from gateway.shapes import Shape, listed
from ledger import book
from ledger.book import Verb
from ledger.refusals import Code
from ledger.terms import Actor, Command, Posting
from ledger.wire import encode

Facts = Mapping[str, Any]
Arguments = dict[str, Any]
Builder = Callable[[Arguments, str, Actor], Command]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How an answer looks."""

    schema: Shape
    example: Facts

    def listed(self) -> "Form":
        """Return how a page of such answers looks."""
        example = {"count": 1, "data": [self.example], "next": None}
        return Form(schema=listed(self.schema), example=example)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingForm(Form):
    """How a posting is written down: `facts` once, when it happens; `ids` when the rows have them.

    The text of the facts is kept with the record and sent again for a repeat; ids never change.
    """

    ids: Callable[[Posting], Facts]
    facts: Callable[[Posting], Facts]

    def wording(self, posting: Posting) -> str:
        """Return the text to be kept."""
        return encode(self.facts(posting)).decode()

    def body(self, posting: Posting) -> bytes:
        """Return the whole answer: the ids, then the text that was kept."""
        return encode(self.ids(posting))[:-1] + b"," + posting.answer[1:].encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A declaration: where, who may, what goes in, what comes out, what it can be refused for."""

    path: str
    parameters: tuple[Parameter, ...]
    scope: Scope
    answer: Form
    refusals: tuple[Code, ...] = ()
    kept_as_text: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        kept = frozenset(p.name for p in self.parameters if isinstance(p, Json))
        object.__setattr__(self, "kept_as_text", kept)

    @property
    def name(self) -> str:
        """Return its identifier, made from its path."""
        return self.path.strip("/").replace("/", "_")

    @property
    def purpose(self) -> str:
        """Return what it does: the docstring of the function that does it."""
        text = inspect.getdoc(self._does()) or ""
        return text.partition(":raises")[0].strip()

    def _does(self) -> Callable[..., Any]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Operation):
    """An operation that posts one command, which `build` makes of arguments, tenant and actor."""

    command: type[Command]
    verb: Verb
    build: Builder
    answer: PostingForm
    scope: Scope = Scope.WRITE

    def _does(self) -> Callable[..., Any]:
        return self.verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Operation):
    """An operation that only reads: `ask` takes the arguments and the tenant."""

    ask: Callable[[Arguments, str], Any]
    scope: Scope = Scope.READ

    def _does(self) -> Callable[..., Any]:
        return self.ask


OPERATIONS: dict[str, Operation] = {}


def declare(operation: Operation) -> None:
    """Add an operation to every door, and the verb of a changing one to the kernel."""
    if isinstance(operation, Write):
        book.declare(operation.command, verb=operation.verb, wording=operation.answer.wording)
    OPERATIONS[operation.path] = operation
