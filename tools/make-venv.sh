#!/bin/sh
# Makes the virtual environment, or says in plain words what the machine lacks for it.
set -eu
python=${PYTHON:-python3}
folder=$1

if ! command -v "$python" >/dev/null; then
    echo "AidTrack needs Python 3.11 or later. On Debian: apt-get install python3 python3-venv" >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "AidTrack needs Python 3.11 or later; this is $("$python" --version)." >&2
    echo "Name a newer one: make run PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2
    exit 1
fi
"$python" -m venv "$folder"
