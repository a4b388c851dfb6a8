"""Parts in doubt, put off, cut up, and in threads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("parts") as table:
        table.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("doubt_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("rank", sa.Float(), nullable=True))
        table.add_column(sa.Column("reply_to", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_parts_reply_to", "parts", ["reply_to"], ["id"])
    op.create_index("ix_parts_destination_changed_at", "parts", ["destination", "changed_at"])
    # What was held for being in doubt, or refused as it was, is looked for now, and cut up if it is refused again.
    op.execute("UPDATE parts SET status = 'sending' WHERE status = 'held'")
    op.execute("UPDATE parts SET doubt_since = planned_at WHERE status = 'sending'")
