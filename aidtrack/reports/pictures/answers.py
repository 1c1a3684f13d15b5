"""The table of a picture as a list for spreadsheets."""

import csv
import io

from aidtrack.core.formulas import harmless
from aidtrack.pictures.picture import Picture

# Excel takes a CSV file for UTF-8 only when it begins like this.
MARK = "\ufeff"


def as_csv(picture: Picture) -> str:
    """Heads and bare values; nothing that a spreadsheet would run as a formula."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow([column.label for column in picture.table.columns])
    for row in picture.table.rows:
        writer.writerow([_bare(cell.value) for cell in row])
    return MARK + output.getvalue()


def _bare(value: str | int | None) -> str | int:
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else value
