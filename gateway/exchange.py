"""Between Django's requests and responses, and the calls and replies of every door."""

from django.http import HttpRequest, HttpResponse

from gateway.answers import Call, Reply

_CALL = "beanpay.call"


def call_of(request: HttpRequest) -> Call:
    """Return the request's call: the same one, whoever asks for it."""
    meta = request.META
    if _CALL not in meta:
        languages, sent_seq = meta.get("HTTP_ACCEPT_LANGUAGE", ""), meta.get("HTTP_HYENA_SEQ", "")
        meta[_CALL] = Call(languages=languages, sent_seq=sent_seq)
    call: Call = meta[_CALL]
    return call


def http_response(reply: Reply) -> HttpResponse:
    """Return a response that no cache may keep."""
    response = HttpResponse(reply.body, content_type=reply.media_type)
    response.status_code = reply.status  # Set afterwards: the constructor refuses 9xx.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - no error of ours
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(reply.body))
    for name, value in reply.headers.items():
        response[name] = value
    return response
