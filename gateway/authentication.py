"""Who calls, for Django REST framework."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from clients.callers import Caller, authenticate

BEARER = "bearer "


class KeyAuthentication(BaseAuthentication):
    """Know the caller by its secret key, and by nothing else: never by a session cookie."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        """Return the caller behind `Authorization: Bearer KEY` or `X-API-Key: KEY`.

        :raises Refusal: UNAUTHENTICATED
        """
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if header.lower().startswith(BEARER):
            return authenticate(header[len(BEARER) :].strip()), None
        return authenticate(request.META.get("HTTP_X_API_KEY", "").strip()), None
