"""What tells a feed's health: how many entries, how dated, how often, and what was missed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for name in ("held", "empties"):
        op.add_column("feeds", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("feeds", sa.Column("is_undated", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("rate", "usual_gap"):
        op.add_column("feeds", sa.Column(name, sa.Float(), nullable=False, server_default="0"))
    for name in ("rated_at", "gap_at"):
        op.add_column("feeds", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
