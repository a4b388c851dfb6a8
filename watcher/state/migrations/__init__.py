"""The schema's history, as a resource of the package: it works from an installed wheel too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

if TYPE_CHECKING:
    from sqlalchemy import Connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to a version, the newest by default, within the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", "watcher.state:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
