"""Numbered, frozen, reprintable papers, and the check that anyone may make."""

from aidtrack.documents.api import bp as api_bp
from aidtrack.documents.views import bp as views_bp

blueprints = (views_bp, api_bp)
