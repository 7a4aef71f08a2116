"""Servers of one's own behind a proxy; no secret and no address has a default, and a missing one is named."""

from __future__ import annotations

from pathlib import Path

import environ

from portal.settings import services
from portal.settings.base import *  # noqa: F403
from portal.settings.base import COLLECTED_STATIC_FILES

env = environ.Env()

TESSERA_MODE = "production"
DEBUG = False
SECRET_KEY = env("TESSERA_SECRET_KEY")
KEY_WRAPPING_KEY = env("TESSERA_KEY_WRAPPING_KEY")
LEDGER_SIGNING_KEY = env("TESSERA_LEDGER_SIGNING_KEY")
# Keys that the portal had before: they sign and wrap nothing new, but what they did still holds.
SECRET_KEY_FALLBACKS = env.list("TESSERA_OLD_SECRET_KEYS", default=[])
OLD_KEY_WRAPPING_KEYS: list[str] = env.list("TESSERA_OLD_KEY_WRAPPING_KEYS", default=[])
OLD_LEDGER_SIGNING_KEYS: list[str] = env.list("TESSERA_OLD_LEDGER_SIGNING_KEYS", default=[])
PUBLIC_URL = env("TESSERA_PUBLIC_URL")
ALLOWED_HOSTS = env.list("TESSERA_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("TESSERA_TRUSTED_ORIGINS", default=[PUBLIC_URL])
DATABASES = {"default": services.database(env)}
OBJECT_STORES = {"raw": services.bucket(env, "RAW"), "released": services.bucket(env, "RELEASED")}
SCRATCH_DIR = Path(env("TESSERA_SCRATCH", default="/tmp/tessera"))  # noqa: S108
DEFAULT_FROM_EMAIL = env("TESSERA_MAIL_FROM")
globals().update(env.email_url("EMAIL_URL"))
UPLOAD_QUOTA_BYTES = env.int("TESSERA_UPLOAD_QUOTA", default=2 << 40)
INSPECT_MOST_IMAGES = env.int("TESSERA_INSPECT_MOST_IMAGES", default=2000)
READ_AGAIN_MOST_IMAGES = env.int("TESSERA_READ_AGAIN_MOST_IMAGES", default=6)
PLAN_FACES = env.bool("TESSERA_PLAN_FACES", default=True)
JOB_VISIBILITY_SECONDS = env.int("TESSERA_JOB_VISIBILITY", default=4 * 3600)
globals().update(services.celery(env, JOB_VISIBILITY_SECONDS))

STORAGES = COLLECTED_STATIC_FILES
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("TESSERA_REDIRECT_TO_HTTPS", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("TESSERA_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("TESSERA_HSTS_SUBDOMAINS", default=False)
