"""Who calls, for Django REST framework."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from clients.callers import Caller, authenticate
from gateway.admission import secret_of


class KeyAuthentication(BaseAuthentication):
    """Know the caller by its secret key, and by nothing else: never by a session cookie."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        """Return the caller behind the key that was sent.

        :raises Refusal: UNAUTHENTICATED
        """
        sent = request.META
        authorization, key = sent.get("HTTP_AUTHORIZATION", ""), sent.get("HTTP_X_API_KEY", "")
        return authenticate(secret_of(authorization=authorization, key=key)), None
