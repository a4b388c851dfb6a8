"""Of which language and country a feed is, so that a digest can say what it could not see."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for name in ("name", "language", "country"):
        op.add_column("feeds", sa.Column(name, sa.Text(), nullable=False, server_default=""))
