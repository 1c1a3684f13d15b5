"""The surface that every page and every API answer stands on."""
