"""The settings, read from the environment once; `TESSERA_MODE` says which set: embedded (default) or production."""

import os

if os.environ.get("TESSERA_MODE", "embedded") == "production":
    from portal.settings.production import *  # noqa: F403
else:
    from portal.settings.embedded import *  # noqa: F403
