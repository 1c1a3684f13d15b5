"""Donors, suppliers, implementing partners and carriers."""
