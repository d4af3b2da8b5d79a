"""Parameters that are texts."""

from dataclasses import dataclass
from typing import Any, ClassVar

from gateway.json_texts import JsonText
from gateway.parameters.base import Parameter, json_of, text_of
from ledger import texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Parameter):
    """The name of a thing: printable, no surrounding spaces, compared byte for byte."""

    length: int
    default: Any = ""

    def parse(self, raw: Any) -> str:
        """Take a text, or a JSON integer by its digits."""
        return texts.require_name(text_of(raw), length=self.length)

    def schema(self) -> dict[str, Any]:
        """Describe a bounded text; an empty one is an absent one."""
        return {"type": "string", "minLength": int(self.is_required), "maxLength": self.length}


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText(Parameter):
    """A text that is only kept: no control characters but tab and newline."""

    length: int
    default: Any = ""

    def parse(self, raw: Any) -> str:
        """Take a text, or a JSON integer by its digits."""
        return texts.require_free_text(text_of(raw), length=self.length)

    def schema(self) -> dict[str, Any]:
        """Describe a bounded text."""
        return {"type": "string", "maxLength": self.length}


@dataclass(frozen=True, slots=True, kw_only=True)
class Json(Parameter):
    """Any JSON, kept as the text received."""

    LENGTH_MAX: ClassVar[int] = 4_096

    def read(self, raw: Any) -> Any:
        """Take JSON text: as it stood in a JSON body, or as a query string's or a form's value."""
        if raw is None:
            return self.default
        return self.parse(raw)

    def parse(self, raw: Any) -> str | None:
        """Return the text, checked; None for null."""
        text = raw if isinstance(raw, JsonText) else text_of(raw).strip(" \t\r\n")
        if text in {"", "null"}:
            return None
        texts.require_free_text(text, length=self.LENGTH_MAX)
        _require_free_texts(json_of(text))
        return str(text)

    def schema(self) -> dict[str, Any]:
        """Describe anything."""
        return {}


def _require_free_texts(value: Any) -> None:
    if isinstance(value, str):
        texts.require_free_text(value, length=len(value))
    elif isinstance(value, dict):
        for name, member in value.items():
            _require_free_texts(name)
            _require_free_texts(member)
    elif isinstance(value, list):
        for member in value:
            _require_free_texts(member)
