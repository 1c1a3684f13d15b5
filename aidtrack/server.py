"""Serves AidTrack with gunicorn: the application is loaded once and shared by the workers."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger

from aidtrack.core.db import db
from aidtrack.core.hushed import HUSH, hushed

WORKERS = 2
THREADS = 4
TIMEOUT_SECONDS = 60
RESTART_SECONDS = 5
ENDING_SECONDS = 15
# Heartbeats of the workers: on a slow disk they could be taken for dead.
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - gunicorn makes a private file in it


class JobWorker:
    """The process that does long work: started beside the server, again when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def keep_alive(self) -> None:
        """Called about once a second. One that dies at once is not started at once again."""
        if self._process is not None and self._process.poll() is None:
            return
        if time.monotonic() < self._not_before:
            return
        self._not_before = time.monotonic() + RESTART_SECONDS
        command = [sys.executable, "-m", "aidtrack", "work", "--parent", str(os.getpid())]
        self._process = subprocess.Popen(command)  # noqa: S603 - our own command

    def end(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()


class Keeper(Arbiter):
    """gunicorn's master, which looks after its own processes about once a second."""

    job_worker: JobWorker

    def manage_workers(self) -> None:
        super().manage_workers()
        self.job_worker.keep_alive()


class HushedLogger(Logger):
    """gunicorn's logs, without the keys that stand in addresses."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.addFilter(HUSH)

    def atoms(self, *request: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(*request)
        return atoms | {name: hushed(atoms[name] or "") for name in ("r", "U", "f")}


class Server(BaseApplication):
    """gunicorn around an application that exists already."""

    def __init__(self, app: Flask, options: dict[str, Any], *, jobs: bool) -> None:
        self.application = app
        self.options = options
        self.jobs = jobs
        super().__init__()

    def run(self) -> None:
        if not self.jobs:
            super().run()
        keeper = Keeper(self)
        keeper.job_worker = JobWorker()
        try:
            keeper.run()
        finally:
            if os.getpid() == keeper.pid:  # gunicorn's processes leave by this way too.
                keeper.job_worker.end()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.application


def serve(app: Flask, *, host: str, port: int, workers: int = WORKERS, jobs: bool = True) -> None:
    """Serve until told to stop. Each worker opens database connections of its own.

    `jobs` starts a process for long work beside the server, which ends with it.
    """
    with app.app_context():
        db.engine.dispose()
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
            "logger_class": HushedLogger,
            "worker_tmp_dir": str(MEMORY_DISK) if MEMORY_DISK.is_dir() else None,
            "post_fork": _forget_connections,
        },
        jobs=jobs,
    ).run()


def _forget_connections(_server: object, worker: Any) -> None:
    """A connection must not be shared by two processes."""
    with worker.app.callable.app_context():
        db.engine.dispose(close=False)
