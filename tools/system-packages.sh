#!/bin/sh
# Sees to the programs that tests need beside Python: Chromium, PostgreSQL, Redis and Poppler.
# Installs what lacks when it may, and says what to install when it may not.
set -eu

has() {
    command -v "$1" >/dev/null || ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1
}

lacking=
has chromium || lacking="$lacking chromium"
has redis-server || lacking="$lacking redis-server"
has initdb || lacking="$lacking postgresql"
has pdftotext || lacking="$lacking poppler-utils"
[ -n "$lacking" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Tests need these packages; install them and try again:$lacking" >&2
    echo "On Debian: sudo apt-get install$lacking" >&2
    exit 1
fi

echo "Installing$lacking ..."
# The tests start a PostgreSQL of their own; Debian need not make another.
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/aidtrack.conf
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $lacking >/dev/null
