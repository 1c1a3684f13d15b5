"""Keeps a text that somebody typed from being run as a formula by a spreadsheet program."""

# What a cell may not begin with: Excel, LibreOffice and Google Sheets would calculate it.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text for a cell of a CSV file, with an apostrophe before what would be a formula.

    For text only: a negative number is a number. XLSX needs none of this, because there a
    cell says itself that it holds text.
    """
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
