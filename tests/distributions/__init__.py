"""What happens at distribution points."""
