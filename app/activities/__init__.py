"""The activity: the record, what each status needs of it, and the deeds on it."""
