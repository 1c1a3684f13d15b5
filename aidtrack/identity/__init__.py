"""People, organisations, roles, tokens, and the whole policy."""

from typing import Any


def __getattr__(name: str) -> Any:
    """`blueprints`, found when asked for: the web kit stands on this package itself."""
    if name != "blueprints":
        raise AttributeError(name)
    from aidtrack.identity import api, duty_views, token_views, views

    return (
        views.account_bp, token_views.bp, views.bp, duty_views.bp,
        api.bp, api.tokens_bp, api.organisations_bp,
    )  # fmt: skip
