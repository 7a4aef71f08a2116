"""How the stores are reached: the one place that imports boto3, and turns its errors into ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.exceptions
from botocore.config import Config

from storage.errors import ObjectMissingError, StoreDownError

ATTEMPTS = 5
MISSING = {"NoSuchKey", "404", "NotFound", "NoSuchBucket"}


def connect(settings: Mapping[str, str]) -> Any:
    """Return a client with bounded retries that works with stores other than Amazon's."""
    return boto3.client(
        "s3",
        endpoint_url=settings["endpoint_url"],
        region_name=settings["region"],
        aws_access_key_id=settings["access_key_id"],
        aws_secret_access_key=settings["secret_access_key"],
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


@contextmanager
def our_errors(key: str) -> Iterator[None]:
    """Turn the library's errors into ours; the key is opaque, so it may be named."""
    try:
        yield
    except botocore.exceptions.ClientError as error:
        answer = error.response
        if answer.get("Error", {}).get("Code") in MISSING:
            raise ObjectMissingError(f"There is no object {key}.") from None
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise StoreDownError(f"The object store refused {key} ({status}).") from error
    except (botocore.exceptions.BotoCoreError, OSError) as error:
        raise StoreDownError(
            f"The object store did not answer for {key} ({type(error).__name__})."
        ) from error
