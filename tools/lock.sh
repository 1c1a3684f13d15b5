#!/bin/sh
# Writes the lock files anew: what the newest releases are today, each with its hashes.
# The files name no index: whoever installs uses their own.
set -eu
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet uv

compile() {
    "$tools/bin/uv" pip compile --quiet --upgrade --python-version 3.11 --universal \
        --generate-hashes --no-emit-index-url --no-header --no-annotate "$@"
}

compile pyproject.toml --group build --output-file requirements.lock
compile pyproject.toml --group build --group dev \
    --constraint requirements.lock --output-file requirements-dev.lock
compile --group node --output-file requirements-node.lock

npm install --package-lock-only --silent

if grep -n -E '://|find-links' requirements*.lock; then
    echo "A lock file names a place to download from." >&2
    exit 1
fi
