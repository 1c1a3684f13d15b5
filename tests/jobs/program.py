"""A worker as `aidtrack work` starts it, which knows the tests' work too."""

import sys

from aidtrack.app import create_app
from aidtrack.jobs.work import REPEATING
from aidtrack.jobs.worker import work_until_stopped
from tests.jobs import works as works

if __name__ == "__main__":
    app = create_app()
    for kind in [kind for kind in REPEATING if not kind.startswith("test.")]:
        del REPEATING[kind]  # What the clock does for others takes its time.
    work_until_stopped(app, patience=float(sys.argv[1]))
