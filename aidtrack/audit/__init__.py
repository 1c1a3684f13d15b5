"""Who did what, from where: pages and files for auditors."""

from aidtrack.audit import titles as titles
from aidtrack.audit.api import bp as api_bp
from aidtrack.audit.views import bp as views_bp

blueprints = (views_bp, api_bp)
