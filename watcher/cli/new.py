"""`watcher rules new`: a watch rule made by questions, tried over the archive before it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError

from watcher import edit, learn
from watcher.cli import show
from watcher.cli.learn import look_back
from watcher.cli.listing import LONGEST
from watcher.cli.options import Direction, grouped
from watcher.collect.article import Article
from watcher.decide import query as query_language
from watcher.decide import rules
from watcher.decide.match import try_item
from watcher.decide.rule import Priority, Rule, compile_rule
from watcher.decide.term import DIRECTIONS, Vocabulary
from watcher.deliver.drawn import clean
from watcher.errors import InputError, QueryError
from watcher.question import read_moment
from watcher.schema import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.cli.workspace import Workspace
    from watcher.decide.rules import Rulebook

_SHOWN = 10
_NEAR = 5
_TESTS = 2
_FILE = re.compile(r"[A-Za-z0-9][\w.-]*\.ya?ml")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the rule is to find; what is left out is asked for."""

    partner: Annotated[list[str], typer.Option(help="Partner (IR) or tier (tier:core), repeatable.", metavar="ID")] = (
        field(default_factory=list)
    )
    good: Annotated[
        list[str], typer.Option(help="Good (drones) or group (group:energy), repeatable.", metavar="ID")
    ] = field(default_factory=list)
    direction: Annotated[Direction | None, typer.Option(help="Which way the good goes.", show_default=False)] = None
    query: Annotated[str, typer.Option(help="What must stand in the text, too.", metavar="QUERY")] = ""
    title: Annotated[str, typer.Option(help="What analysts call it.")] = ""
    id: Annotated[str, typer.Option("--id", help="Its id. Default: made of the title.")] = ""
    priority: Annotated[Priority, typer.Option(help="low, normal, high or critical.")] = "normal"

    @property
    def is_told(self) -> bool:
        """Whether the options say enough."""
        return bool(self.partner or self.good or self.query)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it goes, and what it is tried on."""

    file: Annotated[str, typer.Option(help="File in rules/watch; made if it isn't there.", metavar="NAME")] = (
        "mine.yaml"
    )
    since: Annotated[str, typer.Option(help="Try it on what was first seen since.", metavar="WHEN")] = "30d"
    yes: Annotated[bool, typer.Option("--yes", help="Write it without asking.")] = False


def new(ctx: typer.Context, wish: Wish, place: Place) -> None:
    """
    Make a watch rule: asks for partner, good and direction, shows what it would have found, and writes the YAML.

    Its tests are two headlines that it found and two that it nearly found; without an archive, add them by hand.
    Comments and order of a file that is there stay as they are.

    Try: `watcher rules new`, or `watcher rules new --partner KP --good troops --direction to_russia --yes`
    """
    workspace: Workspace = ctx.obj
    if not _FILE.fullmatch(place.file):
        raise InputError(f'"{place.file}" is no name for a file in rules/watch: write one such as mine.yaml')
    book = workspace.load().rulebook
    now = show.now()
    since = read_moment(place.since, now=now)
    entry = _entry(wish if wish.is_told else _asked(wish, Vocabulary(book.lexicon)), book)
    mine = _bound(entry, book)
    look = look_back(workspace, mine, since, now) if workspace.has_archive else learn.Look()
    tests = _tests(look, mine)
    _tell(look, mine, workspace)
    if not place.yes:
        _confirm(f"Write it to rules/watch/{place.file}?")
    path = workspace.rules / "watch" / place.file
    is_there = path.exists()
    before = edit.load(path) if is_there else ""
    start = before if is_there else marked("", "../../schemas/rules.json")
    after = edit.add(start, f"rules/watch/{place.file}", None, [entry | ({"tests": tests} if tests else {})])
    path.parent.mkdir(parents=True, exist_ok=True)
    edit.save(path, before, after)
    show.tell(
        f"Wrote {entry['id']} to rules/watch/{place.file}, with {len(tests)} tests. `watcher rules test {entry['id']}`"
    )


command = grouped(new)


def _asked(wish: Wish, known: Vocabulary) -> Wish:
    """Ask for what matters, again where an answer is no id."""
    partners = _ask("Partners (IR, KP, tier:core …; nothing: any)", lambda text: _ids(text, known.partners))
    goods = _ask("Goods (drones, group:weapons …; nothing: any)", lambda text: _ids(text, known.goods))
    way: Any = _ask("Direction (to_russia, from_russia, any; nothing: either)", _direction)
    query = _ask("Words that must stand in it, too (nothing: none)", lambda text: _query(text, known))
    title = wish.title or _ask("Title", str)
    return Wish(partners, goods, way, query, title, wish.id, wish.priority)


def _ask(question: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401  whatever is asked for
    while True:
        try:
            return read(typer.prompt(question, default="", show_default=False, err=True).strip())
        except QueryError as error:
            show.tell(f"  {error}")
        except typer.Abort as error:
            raise InputError(
                "\nnothing was written (`watcher rules new --help` shows what can be said by options)"
            ) from error


def _ids(text: str, read: Callable[[str], object]) -> list[str]:
    words = [word for word in re.split(r"[\s,]+", text) if word]
    for word in words:
        read(word)
    return words


def _direction(text: str) -> str | None:
    if text not in ("", *DIRECTIONS):
        raise QueryError(f'"{text}" is none of {", ".join(DIRECTIONS)}', 0)
    return text or None


def _query(text: str, known: Vocabulary) -> str:
    if text:
        query_language.parse(text, known.lexicon)
    return text


def _entry(wish: Wish, book: Rulebook) -> dict[str, Any]:
    """Give the rule as its file will say it. Raises InputError."""
    if not wish.is_told:
        raise InputError("a rule needs partners, goods or a query: it would match nothing in particular")
    title = (
        wish.title
        or " · ".join((*wish.partner, *wish.good, *([wish.direction] if wish.direction else [])))
        or wish.query
    )
    taken = {rule.id for rule in book.rules}
    id_ = wish.id or _free(title, taken)
    if id_ in taken:
        raise InputError(f'the id "{id_}" is taken: choose another with --id')
    values = {
        "id": id_,
        "title": title,
        "partners": wish.partner,
        "goods": wish.good,
        "direction": wish.direction,
        "query": wish.query,
        "priority": wish.priority if wish.priority != "normal" else "",
    }
    return {name: value for name, value in values.items() if value}


def _free(title: str, taken: set[str]) -> str:
    """Make an id of a title, one that nobody has."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "rule"
    return next(
        name
        for number in range(1, len(taken) + 2)
        if (name := slug if number == 1 else f"{slug}-{number}") not in taken
    )


def _bound(entry: dict[str, Any], book: Rulebook) -> Rulebook:
    """Make a rulebook of this rule alone. Raises InputError."""
    vocabulary = Vocabulary(book.lexicon)
    try:
        rule = Rule.model_validate(entry)
        query = query_language.parse(rule.query, book.lexicon) if rule.query else None
        return rules.bind([compile_rule(rule, vocabulary, query)], book.lexicon)
    except QueryError as error:
        raise InputError(str(error)) from error
    except ValidationError as error:
        places = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise InputError("; ".join(places)) from error


def _tests(look: learn.Look, mine: Rulebook) -> list[dict[str, str]]:
    """Make tests of headlines that show by themselves what the rule does: of hits and near misses, the newest first."""
    (rule,) = mine.rules
    tests: list[dict[str, str]] = []
    for is_found, kind in ((True, "match"), (False, "skip")):
        titles = dict.fromkeys(" ".join(case.article.title.split()) for case in reversed(look.cases[rule.id, is_found]))
        good = [title for title in titles if title and _is_right(title, mine, is_wanted=is_found)]
        tests += [{kind: title} for title in good[:_TESTS]]
    return tests


def _is_right(title: str, mine: Rulebook, *, is_wanted: bool) -> bool:
    return try_item(mine, mine.rules[0].id, Article(id="", title=title), is_wanted=is_wanted).is_passed


def _tell(look: learn.Look, mine: Rulebook, workspace: Workspace) -> None:
    (rule,) = mine.rules
    if not workspace.has_archive:
        show.tell("There is no archive yet to try it on: `watcher poll` fills it. Add tests by hand.")
        return
    found, near = (list(reversed(look.cases[rule.id, is_found])) for is_found in (True, False))
    show.tell(f"It would have found {look.found[rule.id]:,}:")
    _list(found[:_SHOWN], is_explained=False)
    if near:
        show.tell("and nearly:")
        _list(near[:_NEAR], is_explained=True)


def _list(cases: Sequence[learn.Case], *, is_explained: bool) -> None:
    for case in cases:
        why = f" ({'; '.join(case.reasons)})" if is_explained else ""
        show.tell(f"  {clean(case.article.title + why, LONGEST)}")


def _confirm(question: str) -> None:
    try:
        typer.confirm(question, default=True, abort=True, err=True)
    except typer.Abort as error:
        raise InputError("\nnothing was written (--yes writes without asking)") from error
