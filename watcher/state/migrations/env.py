"""Alembic's way in: it runs this file, within the transaction that `upgrade` was given."""

from __future__ import annotations

from alembic import context

from watcher.state.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
