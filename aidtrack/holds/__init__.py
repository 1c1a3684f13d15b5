"""Goods kept apart: held, in quarantine, damaged or recalled, with who and why."""

from aidtrack.holds import services
from aidtrack.holds.api import bp as api_bp
from aidtrack.holds.remarked import record_kinds
from aidtrack.holds.views import bp as views_bp
from aidtrack.stock import given_back

given_back.listen(services.hold_again)
blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
