"""A sentence that says what was done, shown on the next page, with a way to undo it."""

from uuid import uuid4

from flask import flash


def done(message: str, *, undo_url: str | None = None, undo_label: str = "") -> None:
    """Say that it is done. `undo_url` receives a POST with a key, from a small form."""
    flash(
        {
            "message": message,
            "undo_url": undo_url,
            "undo_label": undo_label,
            "key": str(uuid4()) if undo_url else "",
        },  # type: ignore[arg-type]
        "done",
    )


def warn(message: str) -> None:
    """Say something that the person should look at."""
    flash({"message": message, "undo_url": None, "undo_label": "", "key": ""}, "warning")  # type: ignore[arg-type]
