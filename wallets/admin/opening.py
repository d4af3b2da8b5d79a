"""The page on which an operator opens an account."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from gateway.desk.display import page_of
from gateway.desk.submitting import explain, operator, submit
from ledger.posting import retrying
from ledger.terms import Posting
from wallets.admin.forms import OpeningForm
from wallets.commands import Create, Wallet
from wallets.models import Account


def open_account(*, admin: "ModelAdmin[Account]", request: HttpRequest) -> HttpResponse:
    """Show the page; on POST, open the account and go to it, also to one that exists already."""
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answers = form.cleaned_data
        command = Create(
            holder=Wallet(answers["tenant"].ident, answers["group"], answers["user"]),
            actor=operator(request),
            name=answers["name"],
            memo=answers["memo"],
        )
        answer = submit(command)
        if isinstance(answer, Posting):
            _tell(answer, admin=admin, request=request)
            return HttpResponseRedirect(page_of(answer.state))
        explain(answer, form=form)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Open account"),
        "form": form,
    }
    return TemplateResponse(request, "admin/wallets/open.html", context)


def _tell(posting: Posting, *, admin: "ModelAdmin[Account]", request: HttpRequest) -> None:
    if posting.is_repeat:
        messages.info(request, _("This account exists already; nothing was changed."))
        return
    messages.success(request, _("The account is open."))
    account = Account.objects.get(pk=posting.state.pk)
    retrying(lambda: admin.log_addition(request, account, _("The account is open.")))
