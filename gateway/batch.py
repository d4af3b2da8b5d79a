"""Many operations in one request, of any domain: POST /batch.

Each entry is admitted as a call of its own, the commands are posted together, and each is answered
as that call would have been. `Batch.run` does it all; a door that posts elsewhere prepares, posts
the commands, and finishes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from clients.callers import Caller
from clients.scopes import Scope
from gateway import strict
from gateway.answers import Result
from gateway.bodies import JSON, Takes
from gateway.execute import command_of, result_of, spelled
from gateway.parameters import Parameter, bad
from gateway.paths import find
from gateway.registry import Compound, Form, Write, declare
from gateway.results import RESULTS, Outcome, Part, Results, Undone
from gateway.shapes import shape
from ledger import book
from ledger.book import Book
from ledger.posting import Answer, post
from ledger.refusals import Code, Facts, Refusal
from ledger.terms import Actor, ActorKind, Command, Holder, Posting

BYTES_MAX = 4 << 20
EACH, ALL = "each", "all"
PATH = "path"
NOBODY, NO_ACTOR = Holder(""), Actor(ActorKind.SYSTEM, "-")
Place = tuple[Write, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode(Parameter):
    """Whether each operation stands by itself, or all together."""

    OPTIONS: ClassVar[tuple[str, ...]] = (EACH, ALL)
    default: Any = EACH

    def parse(self, raw: Any) -> str:
        """Take one of the two."""
        if not isinstance(raw, str) or raw not in self.OPTIONS:
            raise bad("not-an-option", options=", ".join(self.OPTIONS))
        return raw

    def schema(self) -> dict[str, Any]:
        """Describe the two."""
        return {"type": "string", "enum": list(self.OPTIONS), "default": self.default}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries(Parameter):
    """The operations, as they were sent."""

    ITEMS_MAX: ClassVar[int] = 1_000

    def parse(self, raw: Any) -> list[Any]:
        """Take a list of so many; what each item must be is up to `prepare`."""
        if type(raw) is not list or not 1 <= len(raw) <= self.ITEMS_MAX:
            raise bad("not-a-list", least=1, most=self.ITEMS_MAX)
        return raw

    def schema(self) -> dict[str, Any]:
        """Describe an array of objects that have a path, beside its parameters."""
        entry = {"type": "object", "properties": {PATH: {"type": "string"}}, "required": [PATH]}
        return {"type": "array", "items": entry, "minItems": 1, "maxItems": self.ITEMS_MAX}


MODE = Mode(
    name="mode",
    help="each: every operation stands by itself. all: one that is refused undoes the others.",
    example=EACH,
)
ENTRIES = Entries(
    name="operations",
    is_required=True,
    help="In their order: of each its path, and beside it the parameters of that path.",
    example=[
        {"path": "/account/create", "eid": "86001", "name": "Colin"},
        {"path": "/account/balance/add", "eid": "86001", "trade_no": "8970", "amount": 20.25},
        {"path": "/hyena/point/decrease", "uid": "user_123", "seq": "8971", "point": 100},
    ],
)
ANSWER = Form(
    schema=shape(
        results={
            "type": "array",
            "items": shape(
                status={"type": "integer", "description": "The HTTP status of such a call."},
                body={"type": "object", "description": "What such a call is answered."},
            ),
        }
    ),
    example={
        "results": [
            {"status": 201, "body": {"account_id": 1, "account_name": "Colin", "balance": 0}},
            {"status": 200, "body": {"account_id": 1, "record_id": 1, "balance": 20.25}},
            {"status": 200, "body": {"status": 1010, "seq": "8971", "error": "…"}},
        ]
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Command):
    """What is posted for an entry that was refused on its way in: whatever the order, only that.

    It keeps the entry's place, so that the first refusal of a batch is the first in its order.
    """

    holder: Holder = NOBODY
    actor: Actor = NO_ACTOR
    refusal: Refusal

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Name no row: there is nothing to lock."""
        return ()


def _refuse(_book: Book, command: Refused) -> Posting:
    raise command.refusal


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation of a batch: what is posted for it, and how it is answered."""

    operation: Write
    command: Command
    call: Part


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch that is ready to be posted, in one go."""

    entries: Sequence[Entry]
    is_all: bool

    @property
    def commands(self) -> list[Command]:
        """Return the command of each entry."""
        return [entry.command for entry in self.entries]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Compound):
    """The operation at /batch."""

    def __post_init__(self) -> None:
        Compound.__post_init__(self)
        read = partial(strict.parse_json_list, name=ENTRIES.name, kept_as_text=_kept_as_text)
        object.__setattr__(self, "takes", Takes(read, media_types=(JSON,), bytes_max=BYTES_MAX))
        object.__setattr__(self, "style", RESULTS)

    def run(self, raw: Mapping[str, Any], *, caller: Caller, request_id: str) -> Result:
        """Carry out up to 1,000 operations, of all kinds, in one request.

        They are done in their order, each as a call of its own would be: it needs the same scope,
        has the same number and the same answer, and sees what those before it did. In mode `each` a
        refused operation is one of the results, and the others are done. In mode `all` the first
        refusal is the answer, with that operation's `index` from 0, and nothing is done.

        :raises Refusal: BAD_PARAMETER if the whole is malformed; Undone in mode `all`
        """
        prepared = prepare(raw, caller=caller, request_id=request_id)
        return finish(prepared, post(prepared.commands, all_or_none=prepared.is_all))


def prepare(raw: Mapping[str, Any], *, caller: Caller, request_id: str) -> Prepared:
    """Read a batch and admit each of its operations.

    :raises Refusal: BAD_PARAMETER if the whole is malformed
    """
    refused: dict[str, Facts] = {}
    mode = _read(MODE, raw, refused=refused)
    sent = _read(ENTRIES, raw, refused=refused) or ()
    places = [_place(each, index=index, refused=refused) for index, each in enumerate(sent)]
    if refused:
        raise Refusal(Code.BAD_PARAMETER, fields=refused)
    admit = partial(_entry, caller=caller, request_id=request_id)
    return Prepared([*map(admit, filter(None, places), sent)], is_all=mode == ALL)


def finish(prepared: Prepared, answers: Sequence[Answer]) -> Results:
    """Return what came of each operation, or of all.

    :raises Refusal: Undone in mode `all`, if one was refused
    """
    last = answers[-1]
    if prepared.is_all and isinstance(last, Refusal):
        index = len(answers) - 1
        entry = prepared.entries[index]
        raise Undone(_refusal(entry, last), index=index, style=entry.operation.style)
    return Results(outcomes=tuple(map(_outcome, prepared.entries, answers)))


def _read(parameter: Parameter, raw: Mapping[str, Any], *, refused: dict[str, Facts]) -> Any:
    try:
        return parameter.read(raw.get(parameter.name))
    except Refusal as refusal:
        refused[parameter.name] = refusal.facts
        return None


def _place(sent: Any, *, index: int, refused: dict[str, Facts]) -> Place | None:
    """Return where an entry leads, or note why it leads nowhere."""
    name = f"{ENTRIES.name}[{index}]"
    if not isinstance(sent, dict):
        refused[name] = {"reason": "not-an-object"}
        return None
    found = _found(sent)
    if found is None:
        reason = "not-a-change" if sent.get(PATH) else "required"
        refused[f"{name}.{PATH}"] = {"reason": reason}
    return found


def _found(sent: Mapping[str, Any]) -> Place | None:
    path = sent.get(PATH)
    found = find(path) if type(path) is str else None
    if found is None:
        return None
    operation, named = found
    return (operation, named) if isinstance(operation, Write) else None


def _kept_as_text(sent: Mapping[str, Any]) -> frozenset[str]:
    found = _found(sent)
    return found[0].kept_as_text if found else frozenset()


def _entry(place: Place, sent: dict[str, Any], *, caller: Caller, request_id: str) -> Entry:
    """Admit one operation, as doors and `execute` do."""
    operation, named = place
    call = Part()
    command: Command
    try:
        caller.require_scope(operation.scope)
        for name, text in named.items():
            strict.add(sent, name, text)
        raw = operation.style.admit(call, sent)
        command = command_of(operation, caller=caller, raw=raw, request_id=request_id)
    except Refusal as refusal:
        command = Refused(refusal=refusal)
    return Entry(operation, command, call)


def _outcome(entry: Entry, answer: Answer) -> Outcome:
    operation = entry.operation
    if isinstance(answer, Refusal):
        return Outcome(operation.style, entry.call, _refusal(entry, answer))
    return Outcome(operation.style, entry.call, result_of(operation, answer))


def _refusal(entry: Entry, refusal: Refusal) -> Refusal:
    """Return a refusal by the names of the wire, which one on the way in has already."""
    is_spelled = isinstance(entry.command, Refused)
    return refusal if is_spelled else spelled(refusal, operation=entry.operation)


book.declare(Refused, verb=_refuse, wording=str)
declare(
    Batch(
        path="/batch",
        parameters=(MODE, ENTRIES),
        scope=Scope.READ,  # Any key; each operation asks for its own.
        answer=ANSWER,
        methods=("POST",),
    )
)
