"""The ledger of every act: `record` writes a row, in the transaction of the change that it tells of."""

from portal.ledger.recording import record

__all__ = ["record"]
