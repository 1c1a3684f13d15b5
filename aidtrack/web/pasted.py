"""Lines pasted from a spreadsheet, for browsers without JavaScript too."""

from collections.abc import Iterator, Sequence

from werkzeug.datastructures import MultiDict

BOX = "pasted"


def box_name(lines_name: str) -> str:
    """The name of the box that takes what is pasted for these lines."""
    return f"{lines_name}-{BOX}"


def rows(text: str, headings: Sequence[str]) -> Iterator[list[str]]:
    """The cells of each row. Spreadsheets part them by tabs; rows without words are none.

    A first row that repeats the headings of the form is no line.
    """
    known = {heading.casefold() for heading in headings}
    for position, line in enumerate(text.splitlines()):
        cells = [cell.strip().strip('"') for cell in line.split("\t")]
        if not any(cells) or (position == 0 and {cell.casefold() for cell in cells} <= known):
            continue
        yield cells


def laid_out(
    formdata: MultiDict[str, str], *, prefix: str, columns: dict[str, str], most: int
) -> MultiDict[str, str]:
    """The form as if the pasted rows had been typed below the lines that it has.

    `columns` are the boxes of a line by name, each with its label, in the order of the page.
    """
    text = formdata.get(box_name(prefix), "")
    if not text.strip():
        return formdata
    start = f"{prefix}-"
    taken = [name[len(start) :].split("-")[0] for name in formdata if name.startswith(start)]
    number = 1 + max((int(each) for each in taken if each.isdecimal()), default=-1)
    laid = MultiDict(formdata.items(multi=True))
    for cells in list(rows(text, list(columns.values())))[: most + 1]:
        for name, cell in zip(columns, cells, strict=False):
            laid.add(f"{prefix}-{number}-{name}", cell)
        number += 1
    return laid
