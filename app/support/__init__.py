"""Commercial support: the part of an activity, what it adds up to, and who gives it."""
