"""The short way of requests to the API: past what only pages need.

Sessions, cookies, CSRF tokens, languages of pages, messages and compressed files are none of an
operation's business. Request ids and what SecurityMiddleware does are for all.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeGuard

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver

from gateway.drf import OperationView


def short_way_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Call the view of an operation at once, if the path leads to one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        match = _match(request.path_info)
        if match is None:
            return get_response(request)
        request.get_host()  # Refuses a foreign host name.
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response

    return middleware


def _match(path: str) -> ResolverMatch | None:
    fixed, others = _operations(settings.ROOT_URLCONF)
    if match := fixed.get(path):
        return match
    return next(filter(None, (pattern.resolve(path[1:]) for pattern in others)), None)


@lru_cache(maxsize=8)
def _operations(urlconf: str) -> tuple[Mapping[str, ResolverMatch], tuple[URLPattern, ...]]:
    """Return the paths of operations with where they lead, and the patterns of all others."""
    resolver = get_resolver(urlconf)
    patterns = tuple(filter(_is_of_operation, resolver.url_patterns))
    fixed = [f"/{each.pattern}" for each in patterns if not each.pattern.converters]
    others = tuple(each for each in patterns if each.pattern.converters)
    return {path: resolver.resolve(path) for path in fixed}, others


def _is_of_operation(pattern: URLPattern | URLResolver) -> TypeGuard[URLPattern]:
    view = getattr(pattern.callback, "view_class", None)
    return view is OperationView
