"""Providers and the accreditors they report to."""
