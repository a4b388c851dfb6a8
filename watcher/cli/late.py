"""Commands that are imported when they are asked for: none waits for what only the others need."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MARKUP: Final = "markdown"


def late(places: Mapping[str, str]) -> type[TyperGroup]:
    """Make a kind of group with these commands beside its own: by name, where each is, as `module:name`."""

    class Late(TyperGroup):
        """A group that looks its commands up."""

        found: ClassVar[dict[str, Any]] = {}

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401  Typer's own copy of Click
            """Name the commands, for help and completion."""
            return [*super().list_commands(ctx), *places]

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
            """Give a command; None where there is none of that name."""
            if cmd_name in places and cmd_name not in self.found:
                self.found[cmd_name] = _command(cmd_name, places[cmd_name])
            return self.found.get(cmd_name) or super().get_command(ctx, cmd_name)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
            """Find the command that was typed; for one that isn't there, all are looked at to suggest the nearest."""
            if args[0] not in self.list_commands(ctx):
                self.commands.update((name, self.get_command(ctx, name)) for name in places)
            return super().resolve_command(ctx, args)

    return Late


def _command(name: str, place: str) -> Any:  # noqa: ANN401  Typer's own copy of Click
    module, _, member = place.partition(":")
    found = getattr(import_module(f"watcher.cli.{module}"), member)
    app = found if isinstance(found, typer.Typer) else typer.Typer()
    if app is not found:
        app.command(name)(found)
    app.rich_markup_mode = MARKUP
    app._add_completion = False  # noqa: SLF001  the outermost app offers it
    made = get_command(app)
    made.name = name
    return made
