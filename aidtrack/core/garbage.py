"""When Python looks for garbage: objects that hold each other and that nobody else holds."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# A form of twenty lines makes thousands of objects that are gone at its end; looking for
# cycles among them every 700 objects costs a tenth of the request.
THRESHOLDS = (50_000, 20, 50)


@contextmanager
def all_stays() -> Iterator[None]:
    """What is loaded inside stays for good: nobody looks among it for garbage, now or later.

    Looking, again and again as it grows, took a fifth of the start; and processes that were
    forked share what none of them looks through.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()
