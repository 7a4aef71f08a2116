#!/usr/bin/env python3
"""Tessera's commands. `up` starts the whole portal, `test` runs its tests; both need nothing but Python."""

import os
import sys

from portal import bootstrap


def main() -> None:
    """Enter the project's environment and run the command."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    bootstrap.enter("test" if command == "test" else "run")
    if command == "up":
        from portal.embedded.up import main as up  # noqa: PLC0415  (the environment exists only from here on)

        sys.exit(up(sys.argv[2:]))
    if command == "test":
        os.chdir(bootstrap.ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *sys.argv[2:]])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  (see above)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
