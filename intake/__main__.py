"""`python -m intake`."""

from intake.cli import app

app()
