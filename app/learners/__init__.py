"""Learner totals and the completions of individual learners."""
