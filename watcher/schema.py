"""JSON Schemas of the files that people write, from the models that check them: editors complete ids and show help."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from watcher.collect import feeds as feed_files
from watcher.decide import entry
from watcher.decide.rule import Rule
from watcher.deliver import digests as digest_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.collect.feeds import Feed
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.rules import Rulebook

Node = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
NAMES = ("feeds", "rules", "digests", "partners", "goods", "phrases")
_MODELINE = re.compile(r"^# yaml-language-server: .*\n", re.M)

# What a key means, by model: shown by editors where the key is written.
_HELP: dict[str, dict[str, str]] = {
    "FeedFile": {
        "contact": "A mail or web address of yours; it goes into the User-Agent, so that publishers can write to you.",
        "defaults": "What a feed that says nothing else has.",
        "keep": "How long the archive keeps what; for ever where nothing is said.",
        "feeds": "The feeds, one entry each.",
    },
    "Keep": {
        "articles": "How long articles are kept since they were first seen: 365d. 7d at least.",
        "bodies": "How long their full texts are: 90d. Title, summary and what was read in the text stay.",
        "matches": "How long it is kept which rules they met: 365d.",
    },
    "Defaults": {
        "interval": "How often it is polled: 15m, 1h. 30m by default.",
        "timeout": "How long an answer may take: 20s by default, 120s at most.",
        "host_pause": "Pause between two requests to one host. 1s by default; none on private addresses.",
    },
    "Feed": {
        "id": "Letters, digits and . _ -; it stays, because rules and the archive refer to it.",
        "url": "http:// or https://; ${NAME} is taken from the environment and never shown.",
        "name": "The outlet's name, as digests show it.",
        "language": "Its language: en, pt-BR. Read from the text where left out.",
        "country": "Its country: GB.",
        "kind": "What kind of outlet it is; rules may ask for it as kind:NAME.",
        "tags": "Words of your own; rules may ask for them as tag:NAME.",
        "enabled": "false: keep it listed, don't read it.",
        "fulltext": "true: fetch the articles themselves, where the feed has only summaries.",
        "headers": "HTTP headers to send; ${NAME} is taken from the environment.",
    },
    "Rule": {
        "id": "Letters, digits and . _ -; it stays, because digests and the archive refer to it.",
        "title": "What analysts call it.",
        "partners": "Any of these: ids such as IR, or tier:core for all of a tier.",
        "goods": "Any of these: ids such as drones, or group:weapons for all of a group.",
        "direction": "Which way the good goes. What goes both ways in a text satisfies either.",
        "status": "Any of these; all where it is left out.",
        "query": 'Words and "phrases", prefix*, AND OR NOT ( ), a NEAR/10 b, SAME(a b), title: body: source: lang: '
        "feed: tag:, partner:IR good:drones from:IR to:RU status:denied, /expression/. Put it in quotes.",
        "feeds": "Only what these feeds bring: ids, tag:NAME, kind:NAME.",
        "priority": "critical is told at once where alerts ask for it; low stands collapsed at a digest's end.",
        "owner": "Who answers for the rule.",
        "notes": "For colleagues.",
        "tags": "Words of your own.",
        "expires": "The last day it counts: 2027-01-31.",
        "enabled": "false: keep it, don't use it.",
        "tests": "Sentences that must match, and sentences that must not; at least one of each.",
    },
    "RuleTest": {
        "match": "A headline that must meet the rule. Put it in quotes if it has a colon or a # in it.",
        "skip": "A headline that must not meet it.",
        "items": "A JSONL file of labelled items beside this file, as `watcher rules label` writes them.",
    },
    "DigestFile": {
        "channels": "Where digests go, by a name of yours.",
        "digests": "Which digest goes where, and when.",
        "alerts": "What is told at once.",
        "health": "Where the bot's own troubles are told.",
    },
    "ChannelPlan": {
        "slack": "The id of a Slack channel, such as C0123ABCD, from the end of its details in Slack.",
        "page": "An HTML page's path in this workspace.",
        "feed": "The path in this workspace of an Atom feed that keeps the newest stories.",
        "terminal": "true: shown where `watcher run` runs.",
        "webhook": "An incoming webhook's address as ${NAME}; it can't be reconciled.",
        "apprise": "An Apprise address as ${NAME}.",
    },
    "DigestPlan": {
        "id": "Letters, digits and . _ -; it stays, because what was delivered is remembered under it.",
        "title": "Its headline.",
        "at": 'Times of the day by the wall clock: ["08:00"].',
        "days": "Days of the week, or of the month: [mon, 15]. All by default.",
        "timezone": "Such as Europe/Madrid; UTC by default.",
        "channel": "One of the channels above.",
        "rules": "all, or the ids of the rules whose matches stand in it.",
        "empty": "post: say so when there is nothing new; skip by default.",
        "announce_within": "What was older when first seen is archived only. 3d by default.",
        "sections": "What it is divided by.",
        "limit": "Lines in a section; the rest is counted, and still linked.",
        "on_doubt": "What to do with a message of unknown fate where the channel can't be read back.",
        "since": "last: a round-up, which tells all since the last one, what alerts told included.",
    },
    "Quiet": {
        "from": 'When the quiet begins: "22:00".',
        "to": 'When it ends: "07:00".',
        "timezone": "Such as Europe/Madrid; UTC by default.",
    },
    "Alert": {
        "id": "Letters, digits and . _ -.",
        "priority": "The least priority that is told at once.",
        "channel": "One of the channels above.",
        "quiet": "Hours in which alerts wait.",
        "on_doubt": "What to do with a message of unknown fate where the channel can't be read back.",
    },
    "Health": {"channel": "One of the channels above."},
    "PartnersFile": {
        "russia": "The other side of every relation.",
        "partners": "Partners by id: ISO 3166-1 alpha-2, or a group.",
        "others": "States and bodies that are no partners, known so that they aren't taken for one.",
    },
    "ActorEntry": {
        "name": "Its English name.",
        "tier": "Which tier it stands in.",
        "names": "Countries, capitals, governments.",
        "adjectives": "As in `Iranian drones`.",
        "people": "Its leaders and officials.",
        "firms": "Its firms, banks and ships.",
        "places": "Its cities, ports and plants.",
        "letters": "Abbreviations of one letter, in languages that have them.",
        "unless": "Phrases that hold such a word and mean something else.",
    },
    "GoodEntry": {
        "name": "Its English name.",
        "group": "Which group it stands in.",
        "direction": "Which way it goes where a text doesn't say.",
        "terms": "Nouns.",
        "russian": "Nouns that name what can only be Russia's.",
        "weak": "Nouns with other meanings: they count only where grammar links them.",
        "verbs": "Verbs whose subject gives it to the object.",
        "joint": "Words for what both sides do.",
        "talks": "The same, where what they are about is a plan.",
        "ahead": "The same, for what both sides will do.",
        "ties": "The same, where they are vague.",
        "firms": "Russia's firms whose business it is.",
        "unless": "Phrases that hold such a word and mean something else.",
    },
    "PhrasesFile": {
        "words": "Classes of words, by language.",
        "frames": "Orders of words and what they mean.",
    },
}
_HELP["PartnerEntry"] = _HELP["ActorEntry"]
_HELP["Feed"] |= _HELP["Defaults"]


def schemas(lexicon: Lexicon, feeds: Iterable[Feed], rulebook: Rulebook) -> dict[str, str]:
    """Give the schemas by name, as JSON, with the ids of this workspace to complete."""
    made = {
        "feeds": _schema(feed_files.FeedFile, "feeds.yaml: what is read"),
        "rules": _schema(list[Rule], "rules/watch/*.yaml: what is watched for"),
        "digests": _schema(digest_files.DigestFile, "rules/digests.yaml: which digest goes where, and when"),
        "partners": _schema(entry.PartnersFile, "rules/partners.yaml: who deals with Russia"),
        "goods": _schema(dict[str, entry.GoodEntry], "rules/goods.yaml: what passes between them"),
        "phrases": _schema(entry.PhrasesFile, "rules/phrases.yaml: words of direction and status"),
    }
    _name_ids(made, lexicon)
    rule = made["rules"]["$defs"]["Rule"]["properties"]
    rule["feeds"]["items"] = _known(_feed_names(feeds))
    plan = made["digests"]["$defs"]["DigestPlan"]["properties"]
    ids = {"type": "array", "minItems": 1, "items": _known({each.id: each.title for each in rulebook.rules})}
    plan["rules"] = {"anyOf": [{"const": "all"}, ids], "description": plan["rules"]["description"]}
    for key in ("at", "days"):  # one of them may stand without brackets
        plan[key] = {"anyOf": [plan[key]["items"], plan[key]], "description": plan[key].pop("description")}
    return {name: json.dumps(node, ensure_ascii=False, indent=1) + "\n" for name, node in made.items()}


def marked(text: str, way: str) -> str:
    """Give a YAML file's text with the comment that tells editors its schema, at the relative path `way`."""
    return f"# yaml-language-server: $schema={way}\n{_MODELINE.sub('', text)}"


def _schema(model: Any, title: str) -> Node:  # noqa: ANN401  a model, or a list or mapping of one
    made: Node = _tidied(TypeAdapter(model).json_schema())
    for name, owner in {**made.get("$defs", {}), model.__name__: made}.items():
        for key, node in owner.get("properties", {}).items():
            node["description"] = _HELP.get(name, {}).get(key, "")
    return {"$schema": DRAFT, "title": title, **made}


def _tidied(node: Any, *, is_names: bool = False) -> Any:  # noqa: ANN401  any part of a schema
    """Leave out the titles that pydantic makes of names, and defaults as Python writes them; count items as items."""
    if isinstance(node, list):
        return [_tidied(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        "minItems" if key == "minLength" and node.get("type") == "array" else key: _tidied(
            part, is_names=key in ("properties", "$defs") and not is_names
        )
        for key, part in node.items()
        if is_names or key not in ("title", "default")
    }


def _name_ids(made: Mapping[str, Node], lexicon: Lexicon) -> None:
    """Put in the lexicon's ids, each with what it stands for."""
    partners = {one.id: f"{one.name} ({one.tier})" for one in lexicon.partners.values()}
    goods = {one.id: f"{one.name} ({one.group})" for one in lexicon.goods.values()}
    tiers = {f"tier:{tier}": f"all of tier {tier}" for tier in lexicon.tiers}
    groups = {f"group:{group}": f"all of group {group}" for group in lexicon.groups}
    rule = made["rules"]["$defs"]["Rule"]["properties"]
    rule["partners"]["items"] = _one_of(partners | tiers)
    rule["goods"]["items"] = _one_of(goods | groups)
    made["partners"]["$defs"]["PartnerEntry"]["properties"]["tier"]["enum"] = ["", *lexicon.tiers]
    good = made["goods"]["$defs"]["GoodEntry"]["properties"]
    good["group"]["enum"] = ["", *lexicon.groups]
    good["direction"]["enum"] = ["", *entry.DIRECTIONS]
    by_id = made["partners"]["properties"]["partners"]
    by_id["properties"] = {id_: {"$ref": "#/$defs/PartnerEntry", "description": text} for id_, text in partners.items()}
    made["goods"]["properties"] = {
        id_: {"$ref": "#/$defs/GoodEntry", "description": text} for id_, text in goods.items()
    }


def _feed_names(feeds: Iterable[Feed]) -> dict[str, str]:
    listed = list(feeds)
    tags = sorted({tag for feed in listed for tag in feed.tags})
    kinds = sorted({feed.kind for feed in listed})
    named = {f"tag:{tag}": f"all feeds with the tag {tag}" for tag in tags}
    named |= {f"kind:{kind}": f"all feeds of kind {kind}" for kind in kinds}
    return named | {feed.id: feed.name for feed in listed}


def _one_of(texts: Mapping[str, str]) -> Node:
    return {"type": "string", "enum": list(texts), "enumDescriptions": list(texts.values())}


def _known(texts: Mapping[str, str]) -> Node:
    """Offer these, and take others too: feeds and rules come and go faster than anybody writes schemas anew."""
    return {"anyOf": [_one_of(texts), {"type": "string"}]}
