"""Lists as people see them: pages, files, saved views."""
