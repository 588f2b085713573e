"""Exports: all records of a provider as one file, in the columns that imports read."""
