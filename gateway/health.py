"""The probe."""

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 with the database's state, 503 when it is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        return JsonResponse(
            {"status": "down", "database": {"vendor": connection.vendor, "status": "away"}},
            status=503,
            headers={"X-Database-Error": type(error).__name__},
        )
    return JsonResponse({"status": "up", "database": {"vendor": connection.vendor, "status": "up"}})
