"""People, organisations, roles, tokens, and the whole policy."""
