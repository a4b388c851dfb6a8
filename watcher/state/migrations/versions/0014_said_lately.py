"""A quick way to what was said lately."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index("ix_relations_told_article", "relations", ["told", "article"])
