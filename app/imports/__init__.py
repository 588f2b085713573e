"""Imports: files of activities or completions, taken in row by row with a reason for each."""
