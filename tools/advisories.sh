#!/usr/bin/env bash
# Asks whether a weakness is known of anything we build on. One that is known fails; where the
# services cannot be reached this says so aloud and passes, for work goes on without a network.
set -uo pipefail
cd "$(dirname "$0")/.."

seconds=${ADVISORIES_SECONDS:-8}
said=$(mktemp)
trap 'rm -f "$said"' EXIT
found=0

# ask <name> <words of a finding> <command…>: only an answer that names a weakness counts.
ask() {
    local name=$1 finding=$2
    shift 2
    timeout --kill-after=2 "$seconds" "$@" >"$said" 2>&1
    local answer=$?
    # Asked of a mirror without advisories, pip-audit passes everything over and is content.
    if [ "$answer" = 0 ] && ! grep --quiet 'could not be audited' "$said"; then
        echo "advisories: $name: nothing is known against what we build on."
    elif grep --quiet --extended-regexp "$finding" "$said"; then
        cat "$said"
        echo "advisories: $name: FOUND. Take a mended release in (make lock), or say why not." >&2
        found=1
    else
        echo "advisories: $name: SKIPPED, the service gave no answer (at most $seconds s)." >&2
    fi
}

ask pip-audit 'Found [0-9]+ known vulnerabilit' "${PIP_AUDIT:-.venv/bin/pip-audit}" \
    --requirement requirements.lock --disable-pip --no-deps --progress-spinner off --timeout 5
npm=${NPM:-npm}
if command -v "$npm" >/dev/null; then
    ask "npm audit" '[0-9]+ (low|moderate|high|critical)' \
        "$npm" audit --package-lock-only --fetch-retries=0 --fetch-timeout=5000
else
    echo "advisories: npm audit: SKIPPED, npm is not installed." >&2
fi
exit "$found"
