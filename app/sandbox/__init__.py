"""The sandbox: the mark of its database, and taking back what was tried out in it."""
