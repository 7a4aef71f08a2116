"""Parts of addresses that take only what there is."""

from __future__ import annotations


class DeedConverter:
    """What can be done with a version from the workbench."""

    regex = "open|submit|send-back|publish|withdraw"

    def to_python(self, value: str) -> str:
        """Return the deed."""
        return value

    def to_url(self, value: str) -> str:
        """Return the deed as it stands in an address."""
        return value
