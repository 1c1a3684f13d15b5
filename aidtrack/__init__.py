"""AidTrack: where every item of aid is, and how it got there."""

from aidtrack.app import create_app as create_app

__version__ = "0.4.0"
