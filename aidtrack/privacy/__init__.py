"""Data of people: how long it is held, what a person may take along, what is erased."""
