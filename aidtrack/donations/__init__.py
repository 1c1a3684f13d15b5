"""What was promised, what arrived, and the goods received note."""
