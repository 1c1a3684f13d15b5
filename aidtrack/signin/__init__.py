"""How people sign in: passwords, second factors, links, other providers, sessions."""

from aidtrack.signin import factor_views, link_views, provider_views, step_views
from aidtrack.signin.views import bp

blueprints = (bp, link_views.bp, step_views.bp, factor_views.bp, provider_views.bp)
