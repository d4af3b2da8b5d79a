"""What Prometheus collects: figures about the ledger and the process, for callers with a key."""

import os

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from clients.callers import authenticate
from clients.scopes import Scope
from gateway.admission import secret_of
from gateway.exchange import call_of, http_response
from gateway.problems import PROBLEMS
from ledger.refusals import Refusal


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures of this process; of all workers, where they share a directory for them."""
    sent = request.META
    secret = secret_of(
        authorization=sent.get("HTTP_AUTHORIZATION", ""), key=sent.get("HTTP_X_API_KEY", "")
    )
    try:
        authenticate(secret).require_scope(Scope.READ)
    except Refusal as refusal:
        return http_response(PROBLEMS.refusal(refusal, call=call_of(request)))
    content, headers = generate_latest(_registry()), {"Cache-Control": "no-store"}
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST, headers=headers)


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
