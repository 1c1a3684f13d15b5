#!/bin/sh
# Brings the database up to date, fills a new one with the demo, and serves.
set -eu
PORT=$1
export PORT
aidtrack=.venv/bin/aidtrack

"$aidtrack" db upgrade
"$aidtrack" demo --if-empty
exec "$aidtrack" run
