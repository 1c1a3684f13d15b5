"""Tests of imports: each list as people have it, and everything that can be wrong with one."""
