"""What a look back needs: when an article was told, and what was found only in hindsight."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("matches") as table:
        table.add_column(sa.Column("in_hindsight", sa.Boolean(), nullable=False, server_default=sa.false()))
    told = sa.Column("told", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00.000000")
    if op.get_bind().dialect.name == "sqlite":  # where alone a column's place matters (tables.py)
        with op.batch_alter_table("articles", recreate="always") as table:
            table.add_column(told, insert_after="published")
    else:
        op.add_column("articles", told)
    op.execute("UPDATE articles SET told = CASE WHEN published <= first_seen THEN published ELSE first_seen END")
    op.create_index("ix_articles_told_key", "articles", ["told", "key"])
