"""How people sign in: passwords, second factors, links, other providers, sessions."""
