"""AidTrack as browser tests meet it: as in production, but nobody is told to slow down."""

from flask import Flask

from aidtrack.app import create_app


def application() -> Flask:
    return create_app({"RATELIMIT_ENABLED": False})
