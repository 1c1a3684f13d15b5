"""Who did what, from where: pages and files for auditors, and the check of the seals."""
