"""Found by an index: feeds by host, what was last said and when; how long hosts rest; what is unread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from watcher.collect.feeds import host_of

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("host", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_feeds_host", "feeds", ["host"])
    op.add_column("relations", sa.Column("told", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE relations SET told = (SELECT told FROM articles WHERE articles.key = relations.article)")
    op.create_index("ix_relations_partner_good_direction_told", "relations", ["partner", "good", "direction", "told"])
    op.add_column("leases", sa.Column("pause", sa.Float(), nullable=False, server_default="0"))
    feeds = sa.table("feeds", sa.column("id"), sa.column("url"), sa.column("host"))
    asked = op.get_bind().execute(sa.select(feeds.c.id, feeds.c.url))
    rows = [{"row_id": row.id, "new_host": host_of(row.url)} for row in asked]
    if rows:
        change = feeds.update().where(feeds.c.id == sa.bindparam("row_id")).values(host=sa.bindparam("new_host"))
        op.get_bind().execute(change, rows)
    op.create_table(
        "unread",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.key"], name="fk_unread_article", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", name="pk_unread"),
    )
