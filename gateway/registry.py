"""The registry: every operation is declared once, and every door is made from its declaration."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import msgspec

from clients.callers import Caller
from clients.scopes import Scope
from gateway import strict
from gateway.answers import Result, Style
from gateway.bodies import Takes
from gateway.parameters import Json, Parameter
from gateway.shapes import Shape, listed
from gateway.styles import style_of
from ledger import book
from ledger.book import Verb
from ledger.refusals import Code
from ledger.terms import Actor, Command, Posting
from ledger.wire import encode

Facts = Mapping[str, Any]
Arguments = dict[str, Any]
Builder = Callable[[Arguments, str, Actor], Command]
SEPARATOR = b"\x1f"  # JSON text never contains it: it is escaped there.
MARK = msgspec.Raw(SEPARATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How an answer looks."""

    schema: Shape
    example: Any

    def listed(self, *, count: str = "count") -> "Form":
        """Return how a page of such answers looks, with its count under that name."""
        example = {count: 1, "data": [self.example], "next": None}
        return Form(schema=listed(self.schema, count=count), example=example)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm(Form):
    """How a posting is written down: `facts` once, when it happens; ids when the rows have them.

    The text of the facts is kept with the record and sent again for a repeat; ids never change.
    """

    facts: Callable[[Posting], Any]

    def wording(self, posting: Posting) -> str:
        """Return the text to be kept."""
        return encode(self.facts(posting)).decode()

    def body(self, posting: Posting) -> bytes:
        """Return the whole answer: the text that was kept, with the ids."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingForm(KeptForm):
    """A posting whose ids stand before all else."""

    ids: Callable[[Posting], Facts]

    def body(self, posting: Posting) -> bytes:
        """Return the whole answer: the ids, then the text that was kept."""
        return encode(self.ids(posting))[:-1] + b"," + posting.answer[1:].encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedForm(KeptForm):
    """A posting whose ids stand anywhere: the facts have MARK for each, `ids` the ids in order."""

    ids: Callable[[Posting], Iterable[int]]

    def body(self, posting: Posting) -> bytes:
        """Return the whole answer: the text that was kept, with an id for each mark."""
        first, *others = posting.answer.encode().split(SEPARATOR)
        marked = zip(self.ids(posting), others, strict=True)
        return first + b"".join(b"%d%s" % pair for pair in marked)


class Reader(NamedTuple):
    """How a parameter is read: its names on the wire and inside, and what it yields to."""

    name: str
    target: str
    yields_to: str
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A declaration: where, who may, what goes in, what comes out, what it can be refused for.

    A parameter in the path stands there as {name}. The path also says in which style is answered.
    What every call asks for is worked out once, here: `name` identifies it, `style` is how it is
    answered, `lists` may be given several times, `takes` is what its body may be, `wire_names`
    has a parameter's name on the wire by its name inside.
    """

    path: str
    parameters: tuple[Parameter, ...]
    scope: Scope
    answer: Form
    refusals: tuple[Code, ...] = ()
    methods: tuple[str, ...] = ("GET", "POST")
    name: str = field(init=False)
    style: Style = field(init=False, compare=False)
    readers: tuple[Reader, ...] = field(init=False, compare=False)
    lists: frozenset[str] = field(init=False, compare=False)
    kept_as_text: frozenset[str] = field(init=False, compare=False)
    takes: Takes = field(init=False, compare=False)
    wire_names: Mapping[str, str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        kept_as_text = frozenset(p.name for p in self.parameters if isinstance(p, Json))
        worked_out = {
            "name": re.sub(r"\W+", "_", self.path).strip("_"),
            "style": style_of(self.path),
            "readers": tuple(
                Reader(p.name, p.target, p.yields_to, p.read) for p in self.parameters
            ),
            "lists": frozenset(p.name for p in self.parameters if p.is_list),
            "kept_as_text": kept_as_text,
            "takes": Takes(partial(strict.parse_json_object, kept_as_text=kept_as_text)),
            "wire_names": {p.target: p.name for p in self.parameters},
        }
        for name, value in worked_out.items():
            object.__setattr__(self, name, value)

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
    answer: KeptForm
    scope: Scope = Scope.WRITE

    def _does(self) -> Callable[..., Any]:
        return self.verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Operation):
    """An operation that only reads: `ask` takes the arguments and the tenant."""

    ask: Callable[[Arguments, str], Facts]
    scope: Scope = Scope.READ

    def _does(self) -> Callable[..., Any]:
        return self.ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Compound(Operation):
    """An operation that is made of others, and so carries itself out."""

    def run(self, raw: Mapping[str, Any], *, caller: Caller, request_id: str) -> Result:
        """Return what it did.

        :raises Refusal: whatever it refuses; its fields carry wire names.
        """
        raise NotImplementedError

    def _does(self) -> Callable[..., Any]:
        return self.run


OPERATIONS: dict[str, Operation] = {}


def declare(operation: Operation) -> None:
    """Add an operation to every door, and the verb of a changing one to the kernel."""
    if isinstance(operation, Write):
        book.declare(operation.command, verb=operation.verb, wording=operation.answer.wording)
    OPERATIONS[operation.path] = operation
