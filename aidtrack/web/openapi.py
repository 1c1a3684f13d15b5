"""Writes the API's OpenAPI description from the code that serves it, so it stays true."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from aidtrack.web.forms import UseCaseForm

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Documented:
    """What a reader of the API cannot see in its address."""

    summary: str
    description: str
    form: type[UseCaseForm] | None
    query: type[UseCaseForm] | None
    returns: Any
    paged: bool
    status: int


def documented(
    *,
    summary: str,
    form: type[UseCaseForm] | None = None,
    query: type[UseCaseForm] | None = None,
    returns: Any = None,
    paged: bool = False,
    status: int = 200,
) -> Callable[[View], View]:
    """Describe an API view: the form it reads, the dataclass (or `list[D]`) it answers.

    `paged=True` means `page_answer` of rows of `returns`, with cursor and limit.
    The view's docstring becomes the description. Use it above `@requires`.
    """

    def decorate(view: View) -> View:
        view.documented = Documented(  # type: ignore[attr-defined]
            summary=summary,
            description=inspect.getdoc(view) or "",
            form=form,
            query=query,
            returns=returns,
            paged=paged,
            status=status,
        )
        return view

    return decorate
