"""What was handed to people, where."""
