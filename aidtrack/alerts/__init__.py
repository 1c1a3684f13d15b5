"""What people are told: the inbox, mail, digests."""

from aidtrack.alerts import jobs as jobs
from aidtrack.alerts.views import bp

blueprints = (bp,)
