"""Credentials: who calls, for which providers, and what they may do."""
