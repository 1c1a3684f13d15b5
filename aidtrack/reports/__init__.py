"""Read only, but for one paper: today, areas, and what donors are told."""

from aidtrack.reports.api import bp as api_bp
from aidtrack.reports.pictures.views import bp as pictures_bp
from aidtrack.reports.views import bp as views_bp

blueprints = (views_bp, pictures_bp, api_bp)
