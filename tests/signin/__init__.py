"""Signing in: passwords, sessions, links, second factors."""
