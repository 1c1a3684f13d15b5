"""A worker as `aidtrack work` starts it, which knows the tests' work too."""

import sys

from aidtrack.app import create_app
from aidtrack.jobs.worker import work_until_stopped
from tests.jobs import works as works

if __name__ == "__main__":
    work_until_stopped(create_app(), patience=float(sys.argv[1]))
