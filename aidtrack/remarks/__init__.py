"""What people add to a record: comments, files, photos."""
