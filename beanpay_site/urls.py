"""Where everything is."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from gateway import drf
from gateway.figures import metrics
from gateway.health import healthz

urlpatterns = [
    *drf.urlpatterns(),
    path("healthz", healthz),
    path("metrics", metrics),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("swagger-ui.html", SpectacularSwaggerSplitView.as_view(url_name="schema")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
handler400 = "gateway.styles.bad_request"
handler404 = "gateway.styles.not_found"
handler500 = "gateway.styles.server_error"
