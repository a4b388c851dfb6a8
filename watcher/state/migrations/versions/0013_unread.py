"""Articles that Watcher fell over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "unread",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.key"], name="fk_unread_article_articles", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", name="pk_unread"),
    )
