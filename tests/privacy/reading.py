"""Asks for every address there is, and reads whatever comes: pages, papers, files, answers."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import product

from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.routing import Rule

ARGUMENT = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
LEFT_OUT = {"static", "signin.sign_out"}
FORMATS = ("?format=csv", "?format=xlsx")


def addresses(
    app: Flask, words: dict[str, list[str]], wanted: Callable[[object], bool] = lambda _view: True
) -> Iterator[str]:
    """Every GET address, with small numbers and these words in place of its arguments."""
    for rule in app.url_map.iter_rules():
        is_asked = "GET" in (rule.methods or ()) and rule.endpoint not in LEFT_OUT
        if is_asked and wanted(app.view_functions[rule.endpoint]):
            yield from filled(rule, words)


def filled(rule: Rule, words: dict[str, list[str]]) -> Iterator[str]:
    names = ARGUMENT.findall(rule.rule)
    choices = [["1", "2"] if kind == "int" else words.get(name, ["x"]) for kind, name in names]
    for values in product(*choices):
        path = rule.rule
        for value in values:
            path = ARGUMENT.sub(value, path, count=1)
        yield path


def read(browser: FlaskClient, path: str) -> str:
    """The answer as text, whatever it is; empty when there is none."""
    answer = browser.get(path)
    if answer.status_code != 200:
        return answer.headers.get("Location", "")
    if answer.mimetype == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    if answer.data.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
        return "\n".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )
    if answer.mimetype == "text/csv":
        return "\n".join(map(str, csv.reader(io.StringIO(answer.text))))
    return (
        answer.get_data(as_text=True) if answer.mimetype.startswith(("text", "application")) else ""
    )


def told(
    app: Flask,
    browser: FlaskClient,
    words: dict[str, list[str]],
    wanted: Callable[[object], bool] = lambda _view: True,
) -> dict[str, str]:
    """What every address tells this reader."""
    found = {}
    for path in sorted(set(addresses(app, words, wanted))):
        found[path] = read(browser, path)
        for form in FORMATS if "format=csv" in found[path] else ():
            found[path + form] = read(browser, path + form)
    return found
