"""What publishers say of an article's subjects and sounds, and which entries of a feed are known already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("articles", sa.Column("categories", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("articles", sa.Column("enclosure", sa.Text(), nullable=False, server_default=""))
    op.add_column("feeds", sa.Column("entries", sa.Text(), nullable=False, server_default=""))
