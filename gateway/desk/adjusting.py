"""The page on which an operator adjusts one row. GET shows it, only POST changes anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from unfold.decorators import action
from unfold.enums import ActionVariant

from gateway.desk.display import Figures, page_of
from gateway.desk.forms import AdjustmentForm
from gateway.desk.submitting import explain, operator, submit
from ledger.posting import retrying
from ledger.refusals import Code
from ledger.terms import Actor, Command, Posting

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A kind of row that can be adjusted: what the page asks, shows, and tells afterwards."""

    form: type[AdjustmentForm]
    about: Callable[[Any], str]
    figures: Callable[[Any], Figures]
    initial: Callable[[Any], Answers] = lambda _row: {}
    describe: Callable[[Posting, Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """How it is called, what it does, what it asks, and which command it becomes.

    `build` makes the command of a row, of who asks, and of the answers: those that the form
    cleaned, and `number`.
    """

    subject: Subject
    title: Promise
    icon: str
    hint: Promise
    asks: tuple[str, ...] = ()
    build: Callable[[Any, Actor, Answers], Command]


def page(
    adjustment: Adjustment, *, name: str, variant: ActionVariant = ActionVariant.DEFAULT
) -> Any:
    """Make the button and the page of an adjustment, for those who may adjust."""

    def show(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        return _adjust(admin=self, request=request, object_id=object_id, adjustment=adjustment)

    show.__name__ = name
    return action(
        description=adjustment.title, icon=adjustment.icon, variant=variant, permissions=["adjust"]
    )(show)


def _adjust(
    *, admin: "ModelAdmin[Any]", request: HttpRequest, object_id: str, adjustment: Adjustment
) -> HttpResponse:
    row = admin.get_object(request, object_id)
    if row is None:
        raise Http404
    subject = adjustment.subject
    form = subject.form(
        request.POST if request.method == "POST" else None,
        asks=adjustment.asks,
        row=row,
        initial=subject.initial(row),
    )
    if form.is_valid():
        posting = _carry_out(adjustment, row=row, form=form, actor=operator(request))
        if posting is not None:
            _tell(posting, adjustment=adjustment, before=row, form=form, desk=(admin, request))
            return HttpResponseRedirect(page_of(row))
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": adjustment.title,
        "original": row,
        "hint": adjustment.hint,
        "about": subject.about(row),
        "figures": subject.figures(row),
        "form": form,
    }
    return TemplateResponse(request, "admin/desk/adjust.html", context)


def _carry_out(
    adjustment: Adjustment, *, row: Any, form: AdjustmentForm, actor: Actor
) -> Posting | None:
    answers = {**form.cleaned_data, "number": form.number}
    answer = submit(adjustment.build(row, actor, answers))
    if isinstance(answer, Posting):
        return answer
    if answer.code is Code.KEY_REUSED:
        form.add_error(
            None,
            _(
                "This page was already used for another change, so nothing was done now. "
                "Look at the records; submit again if you still mean it."
            ),
        )
        form.renew_key()
    else:
        explain(answer, form=form)
    return None


def _tell(
    posting: Posting,
    *,
    adjustment: Adjustment,
    before: Any,
    form: AdjustmentForm,
    desk: "tuple[ModelAdmin[Any], HttpRequest]",
) -> None:
    admin, request = desk
    outcome = adjustment.subject.describe(posting, before)
    if posting.is_repeat:
        messages.info(request, _("Done before, not again: %(outcome)s") % {"outcome": outcome})
        return
    text = f"{adjustment.title}: {outcome}"
    messages.success(request, text)
    logged = f"{text} · {form.cleaned_data['reason']}"
    retrying(lambda: admin.log_change(request, before, logged))
