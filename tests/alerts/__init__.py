"""What people are told, by the inbox and by mail."""
