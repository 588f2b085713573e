"""The operator enters and issues once under an Idempotency-Key, as everybody writes once.

The answer is kept in the transaction of the effect, which acts as the operator's role.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the operator's role keep answers."""
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO pars_operator")


def downgrade() -> None:
    """Take that back."""
    op.execute("REVOKE ALL ON idempotency_keys FROM pars_operator")
