"""What every kind of parameter shares."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from gateway.strict import Number, parse_json
from ledger.refusals import Code, Refusal

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)


def bad(reason: str, **facts: Any) -> Refusal:
    """Return the refusal of one parameter; the caller adds its name."""
    return Refusal(Code.BAD_PARAMETER, reason=reason, **facts)


def text_of(raw: Any) -> str:
    """Return a text, or a JSON integer by its digits.

    :raises Refusal: BAD_PARAMETER
    """
    if type(raw) is str:
        return raw
    if not isinstance(raw, str) or (isinstance(raw, Number) and not _WHOLE.fullmatch(raw)):
        raise bad("not-a-text")
    return str(raw)


def json_of(text: str) -> Any:
    """Return the value that JSON text stands for.

    :raises Refusal: BAD_PARAMETER
    """
    try:
        return parse_json(text.encode())
    except ValueError as error:
        raise bad("not-json") from error


def structure_of(raw: Any) -> Any:
    """Return a JSON value: as it stood in a JSON body, or by its text.

    :raises Refusal: BAD_PARAMETER
    """
    return json_of(raw) if isinstance(raw, str) and not isinstance(raw, Number) else raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: `name` on the wire, `attribute` inside (by default the same).

    `is_list`: it may be given several times. `is_structured`: a query string carries it as JSON.
    """

    is_list: ClassVar[bool] = False
    is_structured: ClassVar[bool] = False
    name: str
    attribute: str = ""
    is_required: bool = False
    default: Any = None
    help: str = ""
    example: Any = None
    yields_to: str = ""  # Where that parameter is given, this one is ignored.

    @property
    def target(self) -> str:
        """Return the name by which operations know it."""
        return self.attribute or self.name

    def read(self, raw: Any) -> Any:
        """Return the checked value, or the default for an absent one (missing, null or empty).

        :raises Refusal: BAD_PARAMETER or BAD_QUANTITY, with the fact `reason`.
        """
        if raw is None or raw == "":
            if self.is_required:
                raise bad("required")
            return self.default
        return self.parse(raw)

    def parse(self, raw: Any) -> Any:
        """Return the checked value of a present one."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """Return its JSON schema."""
        raise NotImplementedError
