"""Readers: from a file in one of the formats that systems know to rows, one at a time."""
