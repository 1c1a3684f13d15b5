"""What one organisation shows another: one record, for one purpose, until it is taken back."""
