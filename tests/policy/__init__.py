"""Who may do what, walked route by route."""
