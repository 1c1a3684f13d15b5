"""`python -m aidtrack` is the aidtrack command."""

from aidtrack.cli import main

main(prog_name="aidtrack")
