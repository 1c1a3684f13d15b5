"""Stories told in Chromium against the running server."""
