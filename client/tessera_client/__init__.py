"""The Python client of a Tessera portal; the `tessera` command is made of it."""

from tessera_client.downloading import download
from tessera_client.errors import ClientError
from tessera_client.portal import Portal
from tessera_client.uploading import upload
from tessera_client.verifying import verify

__all__ = ["ClientError", "Portal", "download", "upload", "verify"]
