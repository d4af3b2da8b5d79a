"""The one settings file: production by default, and the environment is the only difference.

A `.env` beside manage.py is read first; the environment overrides it.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beanpay_site import databases
from gateway.shapes import COMPONENTS

HASH_KEY_BYTES_MIN = 32
BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

try:
    import MySQLdb  # noqa: F401
except ImportError:  # No compiler was there to build mysqlclient: its pure twin stands in.
    import pymysql

    pymysql.install_as_MySQLdb()


def hash_keys(text: str) -> dict[int, bytes]:
    """Read `id:key[,id:key…]`: the last one signs, all of them verify. Keys are hexadecimal."""
    try:
        pairs = [pair.strip().partition(":") for pair in text.split(",")]
        keys = {int(number): bytes.fromhex(key) for number, _, key in pairs}
    except ValueError as error:
        raise ImproperlyConfigured("LEDGER_HASH_KEYS is id:key[,id:key…], keys in hex") from error
    if min(map(len, keys.values())) < HASH_KEY_BYTES_MIN or len(keys) != len(pairs):
        raise ImproperlyConfigured("LEDGER_HASH_KEYS: keys have 32 bytes or more, ids are unique")
    return keys


# Secrets and who may ask: demanded, never defaulted.
SECRET_KEY = env.str("SECRET_KEY")
LEDGER_HASH_KEYS = hash_keys(env.str("LEDGER_HASH_KEYS"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
LEDGER_GROUP_COMMIT = env.bool("GROUP_COMMIT", default=True)
DEBUG = False

API_AUTH_REQUIRED = env.bool("API_AUTH_REQUIRED", default=True)
DEFAULT_IDENT = env.str("DEFAULT_IDENT", default="default")

# HTTPS only, unless told otherwise.
HTTPS = env.bool("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY", default=False) else None
)
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "ledger",
    "clients",
    "gateway",
    "wallets",
    "packages_app",
    "points",
    "beanpay_site",
]
MIDDLEWARE = [
    "gateway.middleware.request_id_middleware",
    "django.middleware.security.SecurityMiddleware",
    "gateway.short_way.short_way_middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "beanpay_site.urls"
WSGI_APPLICATION = "beanpay_site.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": databases.configure(
        env.str("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'beanpay.sqlite3'}"),
        timeout=env.int("DATABASE_TIMEOUT", default=0),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://?max_entries=100000")}
WORKERS = env.int("WORKERS", default=1)
THREADS = env.int("THREADS", default=32)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "unfold"]
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = (
    env.str("STATIC_ROOT", default="") or None
)  # Where collectstatic puts them, if it is run.
WHITENOISE_USE_FINDERS = STATIC_ROOT is None

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["gateway.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "gateway.schema.OperationSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "beanpay",
    "DESCRIPTION": "Wallets and prepaid service packages, and every way to move them.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "APPEND_COMPONENTS": COMPONENTS,
    "PREPROCESSING_HOOKS": ["gateway.schema.without_slashes"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {  # Refusals have a line of their own.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: bool(request.user.has_perm(permission))


def _item(title: Promise, icon: str, permission: str) -> dict[str, Any]:
    app, _verb, model = re.split(r"[._]", permission)
    link = reverse_lazy(f"admin:{app}_{model}_changelist")
    return {"title": title, "icon": icon, "link": link, "permission": _may(permission)}


def _static(path: str) -> Callable[[HttpRequest], str]:
    return lambda _request: static(path)


UNFOLD = {
    "SITE_TITLE": "beanpay",
    "SITE_HEADER": "beanpay",
    "SITE_SUBHEADER": _("Balances back office"),
    "SITE_URL": None,
    "SITE_ICON": _static("beanpay/favicon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": _static("beanpay/favicon.svg")}
    ],
    "STYLES": [_static("beanpay/admin.css")],
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        }
    },
    "SIDEBAR": {
        "navigation": [
            {
                "title": _("Wallets"),
                "items": [
                    _item(_("Accounts"), "account_balance_wallet", "wallets.view_account"),
                    _item(_("Records"), "receipt_long", "wallets.view_record"),
                ],
            },
            {
                "title": _("Packages"),
                "items": [
                    _item(_("Packages"), "inventory_2", "packages.view_package"),
                    _item(_("Records"), "receipt_long", "packages.view_record"),
                ],
            },
            {
                "title": _("Points"),
                "items": [
                    _item(_("Accounts"), "loyalty", "points.view_account"),
                    _item(_("Lots"), "layers", "points.view_lot"),
                    _item(_("Held pieces"), "lock_clock", "points.view_holdpiece"),
                    _item(_("Logs"), "receipt_long", "points.view_log"),
                    _item(_("Types of points"), "category", "points.view_pointtype"),
                ],
            },
            {
                "title": _("Access"),
                "items": [
                    _item(_("API clients"), "key", "clients.view_client"),
                    _item(_("Tenants"), "apartment", "clients.view_tenant"),
                    _item(_("Users"), "person", "auth.view_user"),
                    _item(_("Groups"), "group", "auth.view_group"),
                ],
            },
        ]
    },
}
