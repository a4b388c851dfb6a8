"""Which texts a feed showed under an id before the last one."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "shown",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "feed", "content")),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.key"], name="fk_shown_article", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", "feed", "content", name="pk_shown"),
    )
    op.create_index("ix_shown_article", "shown", ["article"])
