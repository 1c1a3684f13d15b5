"""What every package stands on; no word in here belongs to aid."""
