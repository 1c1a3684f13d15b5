"""How people sign in: passwords, second factors, links, other providers, sessions."""

from aidtrack.signin.views import bp

blueprints = (bp,)
