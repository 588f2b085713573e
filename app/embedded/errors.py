"""What stops the embedded PostgreSQL, in one line that says what to do."""


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot run; the message is one line for a person."""
