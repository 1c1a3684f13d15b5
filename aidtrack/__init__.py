"""AidTrack: where every item of aid is, and how it got there."""

from aidtrack.core.garbage import all_stays

with all_stays():
    from aidtrack.app import create_app as create_app

__version__ = "0.4.0"
