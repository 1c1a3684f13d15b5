"""The proof of the ledger and the audit: a chain of seals, signed, and checked by the clock."""

from aidtrack.sealing import jobs as jobs
from aidtrack.sealing.api import bp as api_bp

blueprints = (api_bp,)
__all__ = ["blueprints"]
