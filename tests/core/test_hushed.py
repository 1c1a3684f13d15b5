"""Logs name addresses, never the keys in them."""

import logging

from gunicorn.config import Config

from aidtrack.core.hushed import HUSH, hushed
from aidtrack.server import HushedLogger

TOKEN = "tjsjF4oegZolGOno4LoC8VfyN33K5RexndIPhpfF8A-"


class Answer:
    """As gunicorn has it once it was sent."""

    status, sent = "200 OK", 512
    headers = ()


def test_what_may_be_a_key_is_left_out():
    assert hushed(f"GET /j/{TOKEN} HTTP/1.1") == "GET /j/… HTTP/1.1"
    assert (
        hushed("GET /shipments/12/driver-link HTTP/1.1") == "GET /shipments/12/driver-link HTTP/1.1"
    )


def test_an_error_is_logged_without_it(caplog):
    logger = logging.getLogger("hushed")
    logger.addFilter(HUSH)
    with caplog.at_level(logging.ERROR):
        logger.error("Error handling request %s", f"/j/{TOKEN}")
    assert caplog.messages == ["Error handling request /j/…"]


def test_the_application_and_the_server_use_it(app):
    assert HUSH in app.logger.filters
    assert HUSH in HushedLogger(Config()).error_log.filters


def test_a_line_of_the_access_log_has_no_key():
    from datetime import timedelta

    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"/j/{TOKEN}",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "PATH_INFO": f"/j/{TOKEN}",
        "QUERY_STRING": "",
        "HTTP_REFERER": f"https://aid.example/j/{TOKEN}",
    }
    logger = HushedLogger(Config())
    atoms = logger.atoms(Answer, [("Accept", "*/*")], environ, timedelta(milliseconds=3))
    assert TOKEN not in Config().access_log_format % logger.atoms_wrapper_class(atoms)
