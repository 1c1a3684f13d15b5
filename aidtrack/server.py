"""Serves AidTrack with gunicorn: the application is loaded once and shared by the workers."""

import gc
import os
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from aidtrack.core.db import db

WORKERS = 2
THREADS = 4
TIMEOUT_SECONDS = 60
GARBAGE_THRESHOLDS = (50_000, 20, 50)
# Heartbeats of the workers: on a slow disk they could be taken for dead.
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - gunicorn makes a private file in it


class Server(BaseApplication):
    """gunicorn around an application that exists already."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.application = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.application


def serve(app: Flask, *, host: str, port: int, workers: int = WORKERS) -> None:
    """Serve until told to stop. Each worker opens database connections of its own."""
    with app.app_context():
        db.engine.dispose()
    _settle_memory()
    Server(
        app,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,
            "timeout": TIMEOUT_SECONDS,
            "accesslog": os.environ.get("ACCESS_LOG"),
            "loglevel": "warning",
            "worker_tmp_dir": str(MEMORY_DISK) if MEMORY_DISK.is_dir() else None,
            "post_fork": _forget_connections,
        },
    ).run()


def _settle_memory() -> None:
    """What was loaded stays for good: workers share it, and never search it for garbage.

    A form of twenty lines makes thousands of objects that are gone at its end; looking for
    cycles among them every 700 objects costs a tenth of the request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def _forget_connections(_server: object, worker: Any) -> None:
    """A connection must not be shared by two processes."""
    with worker.app.callable.app_context():
        db.engine.dispose(close=False)
