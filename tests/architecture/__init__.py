"""Holds the house in shape: each rule is shown to fail on a sample broken on purpose."""
