"""From a filled-in page to the ledger and back: who asks, and why nothing was done."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.text import capfirst

from gateway import wording
from gateway.desk.display import digits
from gateway.middleware import REQUEST_ID
from ledger.posting import post
from ledger.refusals import Code, Refusal
from ledger.terms import Actor, ActorKind, Command, Posting


def operator(request: HttpRequest) -> Actor:
    """Return the name that stands on what this operator does."""
    if isinstance(request.user, AnonymousUser):
        raise TypeError(request.user)
    return Actor(ActorKind.OPERATOR, request.user.get_username(), request.META[REQUEST_ID])


def submit(command: Command) -> Posting | Refusal:
    """Post one command; return what it did, or why not."""
    try:
        (answer,) = post([command])
    except Refusal as refusal:
        return refusal
    return answer


def explain(refusal: Refusal, *, form: forms.Form) -> None:
    """Put a refusal beside the fields it is about, in the operator's language."""
    if refusal.code not in {Code.BAD_PARAMETER, Code.BAD_QUANTITY} or not refusal.fields:
        form.add_error(None, f"{wording.title(refusal.code)}: {wording.detail(_spelled(refusal))}")
        return
    for name, facts in refusal.fields.items():
        field = next((each for each in (name, f"signed_{name}") if each in form.fields), None)
        form.add_error(field, capfirst(wording.reason(facts)))


def _spelled(refusal: Refusal) -> Refusal:
    facts = refusal.facts.items()
    spelled: dict[str, Any] = {
        name: digits(fact) if isinstance(fact, Decimal | int) else fact for name, fact in facts
    }
    return Refusal(refusal.code, **spelled)
