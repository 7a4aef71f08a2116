"""One machine, no root, no Docker: addresses and secrets come from the data folder that `manage.py up` keeps.

Whatever stands in the real environment wins, so each part can be replaced by a server of one's own.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import environ

from portal.settings import services
from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_DIR, COLLECTED_STATIC_FILES, INSTALLED_APPS

env = environ.Env()
DATA_DIR = Path(os.environ.get("TESSERA_DATA", BASE_DIR / ".tessera")).resolve()
environ.Env.read_env(DATA_DIR / "environment", overwrite=False)
# Before the first `up` there are no parts; commands that need none of them (`makemigrations`) still run.
_NO_PARTS_YET = {
    "TESSERA_SECRET_KEY": secrets.token_urlsafe(50),
    "TESSERA_KEY_WRAPPING_KEY": secrets.token_hex(32),
    "TESSERA_LEDGER_SIGNING_KEY": secrets.token_hex(32),
    "DATABASE_URL": "postgres://postgres@/tessera?host=/nonexistent",
    "CELERY_BROKER_URL": "redis+socket:///nonexistent/valkey.sock",
    "CACHE_URL": "",
    "S3_ENDPOINT_URL": "http://127.0.0.1:9",
    "S3_RAW_ACCESS_KEY_ID": "none",
    "S3_RAW_SECRET_ACCESS_KEY": "none",
    "S3_RELEASED_ACCESS_KEY_ID": "none",
    "S3_RELEASED_SECRET_ACCESS_KEY": "none",
}
for _name, _value in _NO_PARTS_YET.items():
    os.environ.setdefault(_name, _value)

TESSERA_MODE = "embedded"
INSTALLED_APPS = [*INSTALLED_APPS, "examples"]
DEBUG = False
SECRET_KEY = env("TESSERA_SECRET_KEY")
KEY_WRAPPING_KEY = env("TESSERA_KEY_WRAPPING_KEY")
LEDGER_SIGNING_KEY = env("TESSERA_LEDGER_SIGNING_KEY")
# Keys that the portal had before: they sign and wrap nothing new, but what they did still holds.
SECRET_KEY_FALLBACKS = env.list("TESSERA_OLD_SECRET_KEYS", default=[])
OLD_KEY_WRAPPING_KEYS: list[str] = env.list("TESSERA_OLD_KEY_WRAPPING_KEYS", default=[])
OLD_LEDGER_SIGNING_KEYS: list[str] = env.list("TESSERA_OLD_LEDGER_SIGNING_KEYS", default=[])
PUBLIC_URL = env("TESSERA_PUBLIC_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("TESSERA_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("TESSERA_TRUSTED_ORIGINS", default=[])
DATABASES = {"default": services.database(env)}
OBJECT_STORES = {"raw": services.bucket(env, "RAW"), "released": services.bucket(env, "RELEASED")}
SCRATCH_DIR = Path(env("TESSERA_SCRATCH", default=str(DATA_DIR / "scratch")))
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env("TESSERA_MAIL_FROM", default="Tessera <tessera@localhost>")
# Static files are served from where they lie; nothing has to be collected first.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = env("TESSERA_STATIC_ROOT", default=None)
if STATIC_ROOT:
    STORAGES = COLLECTED_STATIC_FILES
UPLOAD_QUOTA_BYTES = env.int("TESSERA_UPLOAD_QUOTA", default=2 << 40)
INSPECT_MOST_IMAGES = env.int("TESSERA_INSPECT_MOST_IMAGES", default=2000)
READ_AGAIN_MOST_IMAGES = env.int("TESSERA_READ_AGAIN_MOST_IMAGES", default=6)
# A plan takes a worker 15 s a head, and the example heads are phantoms: it is made when a curator asks.
PLAN_FACES = env.bool("TESSERA_PLAN_FACES", default=False)
JOB_VISIBILITY_SECONDS = env.int("TESSERA_JOB_VISIBILITY", default=4 * 3600)
globals().update(services.celery(env, JOB_VISIBILITY_SECONDS))
if env.str("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))
