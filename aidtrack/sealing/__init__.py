"""The proof of the ledger and the audit: a chain of seals, signed, and checked by the clock."""

from aidtrack.sealing import jobs as jobs
from aidtrack.sealing import titles as titles
from aidtrack.sealing.api import bp as api_bp
from aidtrack.sealing.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints"]
