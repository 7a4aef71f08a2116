"""What can go wrong with objects.

ObjectStoreError         500  the root
├── ObjectMissingError   404  there is no object under this key
├── ObjectDamagedError   500  what is stored is not what was sent
└── StoreDownError       503  the store did not answer, or answered with errors only
"""

from __future__ import annotations

from http import HTTPStatus

from portal.errors import TesseraError, TryLaterError


class ObjectStoreError(TesseraError):
    """The root of what the object store can answer."""

    code = "object_store"


class ObjectMissingError(ObjectStoreError):
    """There is no object under this key."""

    code = "object_missing"
    status = HTTPStatus.NOT_FOUND


class ObjectDamagedError(ObjectStoreError):
    """What is stored is not what was sent."""

    code = "object_damaged"


class StoreDownError(ObjectStoreError, TryLaterError):
    """The store did not answer, or answered with errors only."""

    code = "store_down"
    status = HTTPStatus.SERVICE_UNAVAILABLE
