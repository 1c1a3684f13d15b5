"""`make bench`: what AidTrack's paths cost, beside this machine's own limit."""
