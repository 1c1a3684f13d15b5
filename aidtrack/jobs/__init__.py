"""Long work: one row a job, carried out beside the server."""
