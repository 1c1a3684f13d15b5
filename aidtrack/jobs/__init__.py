"""Long work: one row a job, carried out beside the server."""

from aidtrack.jobs.api import bp as api_bp
from aidtrack.jobs.views import bp as views_bp

blueprints = (views_bp, api_bp)
