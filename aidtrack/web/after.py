"""What is done once the answer has left: nobody can read off the clock whether it was."""

from collections.abc import Callable

from flask import Response, after_this_request, current_app


def after_answer(act: Callable[[], object]) -> None:
    """Do this when the browser has its answer, in a context of its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def do() -> None:
        with app.app_context():
            act()

    @after_this_request
    def when_closed(answer: Response) -> Response:
        answer.call_on_close(do)
        return answer
