"""What donors, areas and the first page of the day are told."""
