"""Protection of people: how long their data is kept, giving it out, erasing it."""

from aidtrack.privacy import jobs as jobs
from aidtrack.privacy.views import bp

blueprints = (bp,)
