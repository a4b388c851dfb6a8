"""`watcher rules test|explain`: what the rules make of a text, and whether that is what was meant."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path  # noqa: TC003  Typer reads the options' types at run time
from typing import TYPE_CHECKING, Annotated, Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import typer

from watcher import labels
from watcher.cli import show
from watcher.cli.listing import LONGEST, describe
from watcher.cli.rules import Format, Named, check_ids, load
from watcher.cli.web import read_page
from watcher.collect.article import Article
from watcher.decide import relation
from watcher.decide.match import judge, try_item, try_rules
from watcher.deliver.drawn import clean
from watcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from watcher.cli.workspace import Workspace
    from watcher.decide.match import Trial, Verdict
    from watcher.decide.relation import Explanation
    from watcher.decide.rules import Rulebook

_ID = re.compile(r"[0-9a-f]{32}")
# What XML 1.0 can't say, even escaped.
_UNSAYABLE = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def run_tests(
    ctx: typer.Context,
    named: Named = None,
    format_: Format = "text",
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", dir_okay=False, help="Also write JUnit XML, for CI.")
    ] = None,
) -> None:
    """
    Run the rules' own tests: each `match:` sentence must meet its rule, each `skip:` sentence must not.

    `items: FILE.jsonl` tests on labelled items: those whose `rules` say true or false of the rule. Exit code 1 if one
    fails; why is said beneath it.

    Try: `watcher rules test iran-arms`
    """
    workspace: Workspace = ctx.obj
    book = load(workspace)
    check_ids(named or [], book)
    trials = [*try_rules(book, named or []), *_on_items(book, named or [], workspace.rules)]
    failed = [trial for trial in trials if not trial.is_passed]
    if junit:
        show.write([_as_junit(trials)], junit)
    if format_ == "json":
        show.write_json([_trial(trial) for trial in trials])
    else:
        for trial in failed:
            lines = (f"FAILED {trial.rule}: {trial.kind}: {trial.text}", *trial.reasons)
            print(*(clean(line, LONGEST) for line in lines), sep="\n       ")
        print(f"{len(trials):,} tests of {len(named or book.rules):,} rules: {len(failed):,} failed")
    if failed:
        raise typer.Exit(1)


def explain(
    ctx: typer.Context,
    text: Annotated[
        str,
        typer.Argument(help="A sentence or more, its first line the title; or an article's address, or its id."),
    ],
    lang: Annotated[str, typer.Option(metavar="CODE", help="Its language. Default: any.", show_default=False)] = "",
    format_: Format = "text",
) -> None:
    """
    Say why a text matches or not: its sentences, the terms found in them, its relations, and each rule's verdict.

    An address or id is looked up in the archive; a page that isn't there is fetched, and read as plain text.

    Try: `watcher rules explain "Tehran denied that it had shipped missiles to Russia"`
    """
    workspace: Workspace = ctx.obj
    book = load(workspace)
    article = _article(text.strip(), lang, workspace)
    seen = relation.explain(article, book.lexicon)
    verdicts = judge(article, seen.relations, book, now=show.now())
    if format_ == "json":
        show.write_json(_explained(seen, verdicts))
    else:
        show.results().print("\n".join(_lines(seen, verdicts)), markup=False, soft_wrap=True)


def _on_items(book: Rulebook, named: Sequence[str], rules: Path) -> Iterator[Trial]:
    """Run the tests that are files. Raises InputError for one that says nothing of its rule, ItemError."""
    for rule in book.rules:
        for test in rule.tests if not named or rule.id in named else ():
            if test.items:
                path = rules / "watch" / test.items
                if not path.resolve().is_relative_to(rules.resolve()):
                    raise InputError(f"{rule.id}: items: {test.items} lies outside {rules}")
                told = [label for label in labels.read(path) if rule.id in label.rules]
                if not told:
                    raise InputError(f'{path} says nothing of "{rule.id}": no line has "rules": {{"{rule.id}": true}}')
                for label in told:
                    yield try_item(book, rule.id, label.article, is_wanted=label.rules[rule.id])


def _article(text: str, lang: str, workspace: Workspace) -> Article:
    is_address = text.startswith(("http://", "https://")) and not re.search(r"\s", text)
    if not is_address and not _ID.fullmatch(text):
        title, _, body = text.partition("\n")
        return Article(id="", title=title, body=body.strip(), language=lang)
    if workspace.has_archive:
        with workspace.open() as store:
            found = store.archive.find(text)
        if found:
            show.tell(f"From the archive: {clean(found.title, LONGEST)}")
            return dataclasses.replace(found, language=lang or found.language)
    if not is_address:
        raise InputError(f"no article in the archive has the id {text}")
    return dataclasses.replace(read_page(workspace, text), language=lang)


def _trial(trial: Trial) -> dict[str, Any]:
    return {"rule": trial.rule, trial.kind: trial.text, "passed": trial.is_passed, "reasons": list(trial.reasons)}


def _as_junit(trials: Sequence[Trial]) -> str:
    """Write JUnit's XML: a suite for each rule, a case for each test."""
    root = Element("testsuites", name="watcher rules test")
    suites: dict[str, Element] = {}
    for trial in trials:
        suite = suites.get(trial.rule)
        if suite is None:
            mine = [each for each in trials if each.rule == trial.rule]
            counts = {"tests": str(len(mine)), "failures": str(sum(not each.is_passed for each in mine))}
            suite = suites[trial.rule] = SubElement(root, "testsuite", counts | {"name": trial.rule})
        name = _UNSAYABLE.sub(" ", f"{trial.kind}: {trial.text}")
        case = SubElement(suite, "testcase", classname=trial.rule, name=name)
        if not trial.is_passed:
            reasons = _UNSAYABLE.sub(" ", "\n".join(trial.reasons))
            SubElement(case, "failure", message=reasons.partition("\n")[0]).text = reasons
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _explained(seen: Explanation, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    return {
        "sentences": list(seen.sentences),
        "terms": [{"text": one.text, "kind": one.kind, "id": one.id, "sentence": one.sentence} for one in seen.terms],
        "relations": [dataclasses.asdict(one) for one in seen.relations],
        "rules": [{"rule": one.rule.id, "matches": one.is_match, "reasons": list(one.reasons)} for one in verdicts],
    }


def _lines(seen: Explanation, verdicts: Sequence[Verdict]) -> Iterable[str]:
    for number, sentence in enumerate(seen.sentences):
        yield f"sentence {number + 1}: {clean(sentence, LONGEST)}"
        for term in seen.terms:
            if term.sentence == number:
                yield f"    {clean(term.text, LONGEST)}: {term.kind} {term.id}"
    yield "" if seen.relations else "\nno relation"
    for one in seen.relations:
        who = f", says {clean(one.attributed_to, LONGEST)}" if one.attributed_to else ""
        yield f"relation: {describe(one)}{who} (sentence {one.sentence + 1})"
    yield ""
    for verdict in sorted(verdicts, key=lambda verdict: not verdict.is_match):
        sign = "matches" if verdict.is_match else "no match"
        yield f"{sign} {verdict.rule.id}: {'; '.join(verdict.reasons) or 'nothing speaks against it'}"
