"""A preview as lines of text, for people at a terminal."""

from collections.abc import Iterator

from aidtrack.imports.previews import Preview

TROUBLE = "row "


def in_words(preview: Preview) -> Iterator[str]:
    """As a page would show it. Lines that begin with TROUBLE name what is wrong."""
    counts = preview.counts
    yield (
        f"{counts.total} rows: {counts.create} new, {counts.change} changed,"
        f" {counts.unchanged} as they are, {counts.skip} skipped, {counts.problem} wrong."
    )
    for note in preview.notes:
        yield f"  {note}"
    for extra in preview.extras:
        yield f"  also new: {extra.count} {extra.kind} ({', '.join(extra.names[:5])})"
    if preview.imported_before_at:
        yield f"  This very list was taken in at {preview.imported_before_at:%Y-%m-%d %H:%M}."
    for found in preview.problems:
        yield f"{TROUBLE}{found.row}, {found.column}: {found.value!r}: {found.reason}"
    if preview.problem_count > len(preview.problems):
        more = preview.problem_count - len(preview.problems)
        yield f"{TROUBLE}by row, {more} more: /imports/{preview.id} has them all as CSV"
