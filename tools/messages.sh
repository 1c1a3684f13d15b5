#!/bin/sh
# Gathers every sentence of code and templates, and brings each language's catalogue up to date.
# A language named on the command line, as in `make messages NEW=ky`, is begun.
set -eu
pybabel=.venv/bin/pybabel
template=build/messages.pot
catalogues=aidtrack/translations

mkdir -p build
"$pybabel" --quiet extract --mapping-file babel.cfg --keyword _ --keyword lazy \
    --keyword ngettext:1,2 --no-location --sort-output --project AidTrack \
    --copyright-holder "AidTrack contributors" --output-file "$template" .

for language in "$@"; do
    "$pybabel" --quiet init --input-file "$template" --output-dir "$catalogues" --locale "$language"
    echo "Translate $catalogues/$language/LC_MESSAGES/messages.po, then list \"$language\" in"
    echo "LANGUAGES of aidtrack/core/i18n.py, so that people can choose it."
done
if ls "$catalogues"/*/LC_MESSAGES/messages.po >/dev/null 2>&1; then
    "$pybabel" --quiet update --input-file "$template" --output-dir "$catalogues" \
        --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
fi
