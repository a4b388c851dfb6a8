"""Silences, what they hid, and a quick way to what is urgent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "silences",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("partners", "goods", "directions", "statuses")),
        sa.Column("rules", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("wording", "author", "reason")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("starts", "ends")),
        sa.PrimaryKeyConstraint("id", name="pk_silences"),
    )
    op.create_table(
        "hidden",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("silence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("article", "silence", name="pk_hidden"),
        sa.ForeignKeyConstraint(["article"], ["articles.key"], name="fk_hidden_article", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["silence"], ["silences.id"], name="fk_hidden_silence"),
    )
    op.create_index("ix_hidden_silence_at", "hidden", ["silence", "at"])
    op.create_index("ix_hidden_at", "hidden", ["at"])
    op.create_index("ix_matches_priority_article", "matches", ["priority", "article"])
