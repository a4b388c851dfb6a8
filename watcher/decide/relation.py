"""A text → its relations: who gives what to whom, says who, and is it denied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.decide import abroad, attention, text
from watcher.decide.about import ACTORS, is_of_talks, is_talked_of, is_vague
from watcher.decide.attribution import attribution
from watcher.decide.ballot import voted
from watcher.decide.business import of_trade
from watcher.decide.contact import in_person
from watcher.decide.event import denied, held, is_placed, is_turned, is_vaguer
from watcher.decide.fact import Relation
from watcher.decide.figure import figures, is_again, of_good
from watcher.decide.frame import first, possible
from watcher.decide.lexicon import base_language
from watcher.decide.making import made, signs_of
from watcher.decide.mark import mark
from watcher.decide.muster import goods_of, goods_told, muster
from watcher.decide.need import PARTS
from watcher.decide.owner import apart
from watcher.decide.paragraph import concerns_russia, in_context
from watcher.decide.unit import Sentence, Unit, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.collect.article import Article
    from watcher.decide.choice import Hit, Token
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Part

__all__ = ["Explanation", "Relation", "Term", "explain", "read"]

_WESTERN = "Ww"
_GOODS = "GVJ"
_FEW = 4
_VAGUE = frozenset({"trade-agreement", "trade", "political-support", "mediation"})
_VAGUEST = ("political-support", "trade", "dual-use")
_TALKED_OF = frozenset({"know-how", "dual-use", "energy", "commodities", "services"})
# What states do by themselves, and a Western one does for Russia when it does it.
_OWN = frozenset({"sanctions-obstruction", "un-cover"})
# What is said so loosely that it needs the partner's own name.
_LOOSE = frozenset({"territory", "shipping", "default:weapons", "default:dual-use"})
_REGIONS = frozenset({"AFRICA", "ASEAN", "CAUCASUS", "CENTRAL-ASIA", "BRICS"})


@dataclass(frozen=True, slots=True)
class Term:
    """A term found in a text: `kind` is russia, partner, other, good, phrase or nothing, `id` what it stands for."""

    text: str
    kind: str
    id: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was seen in a text on the way to its relations."""

    sentences: tuple[str, ...]
    terms: tuple[Term, ...]
    relations: tuple[Relation, ...]


def read(article: Article, lexicon: Lexicon) -> tuple[Relation, ...]:
    """Give the article's relations, from title, summary and body, each (partner, good, direction, status) once."""
    language = base_language(article.language or "en")
    parts = parts_of(article)
    if not lexicon.matcher(language).may_tell("\n".join(part.folded for part in parts)):
        return ()
    return _read(list(_sentences(parts, language, lexicon, None)), lexicon)


def explain(article: Article, lexicon: Lexicon) -> Explanation:
    """Give sentences and terms too."""
    terms: list[Term] = []
    language = base_language(article.language or "en")
    sentences = list(_sentences(parts_of(article), language, lexicon, terms))
    return Explanation(tuple(s.text for s in sentences), tuple(terms), _read(sentences, lexicon))


def _sentences(parts: list[Part], language: str, lexicon: Lexicon, terms: list[Term] | None) -> Iterator[Sentence]:
    matcher = lexicon.matcher(language)
    number = 0
    is_talk = False
    for part, whole, folded in parts:
        paragraph = before = 0
        for start, end in text.sentences(whole, language):
            shown = whole[start:end]
            paragraph += "\n" in whole[before:start]
            before = end
            tokens = matcher.tokens(folded[start:end])
            hits = matcher.find(tokens, shown)
            if terms is not None:
                terms.extend(_term(shown, tokens, hit, number) for hit in hits)
            is_late = part == "body" and attention.is_late(number, tokens)
            is_told = attention.matters(hits, lexicon, is_late=is_late) or (is_talk and part == "summary")
            is_marked = is_told or language != "en"
            units = mark(shown, tokens, hits, lexicon, language) if is_marked else [Unit("x", (), 0, 0)] * len(tokens)
            if not units:
                continue
            signs = "".join([unit.sign for unit in units])
            yield Sentence(shown, number, part, units, signs, paragraph, language)
            is_talk = is_talk or (not number and is_of_talks(signs, lexicon))
            number += 1


def _term(shown: str, tokens: list[Token], hit: Hit, number: int) -> Term:
    kind = "phrase" if hit.sense.kind == "word" else hit.sense.kind
    return Term(shown[tokens[hit.first].start : tokens[hit.last].end], kind, hit.sense.id, number)


def _read(sentences: list[Sentence], lexicon: Lexicon) -> tuple[Relation, ...]:
    if sentences and sentences[0].language != "en":
        return tuple(Relation(*abroad.told(each)) for each in abroad.read(sentences, lexicon))
    found: dict[tuple[str, str, str, str], Relation] = {}
    again: dict[tuple[str, str, str, str], list[Sentence]] = {}
    by_number = {sentence.number: sentence for sentence in sentences}
    left: dict[tuple[str, str, str, str], Relation] = {}
    hinting: list[Sentence] = []
    for sentence in in_context(sentences, lexicon):
        if sentence.part == "summary":
            sentence.told = frozenset(each.partner for each in found.values())
        if sentence.told - sentence.titled and "political-support" in sentence.ids(_GOODS):
            hinting.append(sentence)
        read = _relations(sentence, lexicon)
        for each in _left(sentence, {relation.partner for relation in read}, lexicon):
            left.setdefault((each.partner, each.good, each.direction, ""), each)
        for relation in [*read, *denied(sentence, found.values(), lexicon)]:
            earlier = [each for each in found.values() if each.sentence < relation.sentence]
            is_known = is_turned(relation, earlier) or is_vaguer(relation, sentence, earlier)
            if sentence.part == "summary" and (is_known or is_placed(relation, earlier)):
                continue
            status = relation.status if relation.status in ("denied", "negated") else ""
            if relation.partner != "UNNAMED" or ("UNNAMED", relation.good, relation.direction, "negated") not in found:
                key = (relation.partner, relation.good, relation.direction, status)
                before = found.setdefault(key, left.get(key, relation))
                is_ahead = (before.status == "planned") != (relation.status == "planned")
                title, group = by_number[before.sentence], lexicon.goods[relation.good].group
                if not is_ahead and is_again(title, sentence, relation.partner, group):
                    again.setdefault(key, []).append(sentence)
    for sentence in [] if found else hinting:
        for each in _relations(replace(sentence, titled=sentence.told), lexicon):
            left.setdefault((each.partner, each.good, each.direction, ""), each)
    return tuple(
        _completed(held(relation, sentences, lexicon), by_number[relation.sentence], again.get(key, []), lexicon)
        for key, relation in (found or left).items()
    )


def _completed(relation: Relation, sentence: Sentence, again: list[Sentence], lexicon: Lexicon) -> Relation:
    """Put in who says so, and the figures that stand with the good."""
    said_by = attribution(sentence, relation.status, lexicon)
    return replace(relation, attributed_to=said_by, figures=of_good(relation.good, sentence, again, figures))


def _relations(sentence: Sentence, lexicon: Lexicon) -> list[Relation]:
    """Read one sentence: each partner with each good, then what says a good by itself, then the unnamed."""
    found: list[Relation] = []
    partners = sentence.ids(ACTORS)
    for partner in partners:
        own = apart(sentence, partner, lexicon) if len(partners) > 1 else sentence
        found += goods_of(partner, _relations_of(own, partner, lexicon))
    for partner in sentence.ids(_WESTERN):
        found += _read_by("western", sentence, partner, lexicon)
        for good in sentence.ids(_GOODS) if concerns_russia(sentence, lexicon) else ():
            signs = signs_of(sentence, partner, good)
            match = first(lexicon.frames.get(f"western:{good}", ()) + lexicon.frames["western:goods"], signs)
            found += made(sentence, match, (partner, good), lexicon)
    found += [replace(one, partner=id_) for one in found if one.good in _OWN for id_ in sentence.beside(one.partner)]
    found += _parts(sentence, lexicon)
    if not any(relation.good == "shipping" for relation in found):
        match = first(lexicon.frames["unnamed"], signs_of(sentence, "", "shipping"))
        found += made(sentence, match, ("UNNAMED", ""), lexicon)
    named = {each.good for each in found if len(each.partner) == 2 and sentence.units[0].role != "subject"}
    named = {"political-support", *(named if sentence.part != "body" else ())} if named else named
    told = [each for each in found if each.partner not in _REGIONS or each.good not in named]
    return [each for each in told if not named or (each.partner, each.good) != ("UNNAMED", "trade")]


def _parts(sentence: Sentence, lexicon: Lexicon) -> list[Relation]:
    """Read whose parts are found in Russian arms: a Western maker's, else nobody's in particular."""
    goods = [id_ for id_ in sentence.ids("G") if id_ in PARTS][:1]
    for good in goods:
        for partner in sentence.ids(_WESTERN):
            if match := first(lexicon.frames["parts"], signs_of(sentence, partner, good)):
                return made(sentence, match, (partner, good), lexicon)
        if not sentence.ids(ACTORS):
            match = first(lexicon.frames["nameless"], signs_of(sentence, "", good))
            return made(sentence, match, ("UNNAMED", good), lexicon)
    return []


def _relations_of(sentence: Sentence, partner: str, lexicon: Lexicon) -> list[Relation]:
    if found := voted(sentence, partner, lexicon):
        return found
    is_explicit = concerns_russia(sentence, lexicon)
    for good in sentence.ids(_GOODS):
        signs = signs_of(sentence, partner, good)
        group = lexicon.goods[good].group
        given = (f"given:{group}", "given")
        names: tuple[str, ...] = given if sentence.part == "body" else ("explicit", *given)
        names = (good,) if good == "mediation" else names
        if is_explicit:
            topic = (f"topic:{good}", *(("topic",) if group in _TALKED_OF else ()))
            names = (good, *topic, f"rest:{good}", f"first:{group}", "explicit", f"group:{group}", "pairs")
        if is_explicit and any(good in unit.ids and unit.role != "weak" for unit in sentence.units):
            names = (*names, f"default:{group}", "default")
        if sentence.part == "body" and sentence.units[0].role == "subject":
            names = tuple(name for name in names if name not in _LOOSE)
        matches = (first(lexicon.frames.get(name, ()), signs) for name in names)
        found += made(sentence, next(filter(None, matches), None), (partner, good), lexicon)
    if any(relation.good not in _VAGUE for relation in found) and "trade-agreement" not in sentence.ids("G"):
        found = [relation for relation in found if relation.good != "trade-agreement"]
    found = muster(found, sentence, lexicon)
    is_topic = is_talked_of(sentence, partner)
    is_idle = any(relation.good != "political-support" for relation in found) and is_vague(sentence)
    if is_topic or is_idle or _is_roll_call(sentence, partner):
        found = [relation for relation in found if (relation.good, relation.direction) != ("political-support", "any")]
    if is_explicit and not any(each.good == "political-support" and each.direction == "any" for each in found):
        found += _in_person(sentence, partner, lexicon)
    if is_explicit and "political-support" in sentence.ids("V"):
        found += _backing(sentence, partner, found, lexicon)
    if is_explicit:
        done = goods_told(found, sentence, lexicon) | ({"political-support"} if is_topic else set())
        found += _relations_alone(sentence, partner, done, lexicon)
    elif sentence.part == "summary":
        found += _read_by("following", sentence, partner, lexicon)
    return found


def _in_person(sentence: Sentence, partner: str, lexicon: Lexicon) -> list[Relation]:
    """Read that two people speak with each other, whatever else the sentence tells."""
    spoken = in_person(sentence, partner, lexicon)
    return _read_by("contact", spoken, partner, lexicon) if spoken else []


def _is_roll_call(sentence: Sentence, partner: str) -> bool:
    """Tell members of a bloc that a body lists with Russia: who stands in such a list meets nobody."""
    return sentence.part == "body" and any(
        unit.sign == "Z" and partner in unit.ids and len(unit.ids) > _FEW for unit in sentence.units
    )


def _backing(sentence: Sentence, partner: str, found: list[Relation], lexicon: Lexicon) -> list[Relation]:
    """Read who backs whom beside their meeting: `Putin reaffirms support for Cuba in call with its president`."""
    match = first(lexicon.frames["backing"], signs_of(sentence, partner, "political-support"))
    done = {(each.good, each.direction) for each in found}
    told = made(sentence, match, (partner, "political-support"), lexicon)
    return [each for each in told if (each.good, each.direction) not in done]


def _relations_alone(sentence: Sentence, partner: str, done: set[str], lexicon: Lexicon) -> list[Relation]:
    """Read what a partner does where no good's name stands; vague support only where nothing else is said."""
    found: list[Relation] = []
    signs = signs_of(sentence, partner, "")
    is_said = bool(done)
    for frame in possible(lexicon.frames["alone"], signs):
        if frame.good in done or ((is_said or found) and frame.good in _VAGUEST):
            continue
        if span := frame.pattern.search(signs):
            if frame.is_veto:
                return found
            done.add(frame.good)
            found += made(sentence, (of_trade(frame, sentence, lexicon), span.span()), (partner, ""), lexicon)
    return found


def _left(sentence: Sentence, done: set[str], lexicon: Lexicon) -> Iterator[Relation]:
    """Read what is left to say of partners and Russia, which counts where a text says nothing else."""
    if sentence.units[0].role == "subject" or not concerns_russia(sentence, lexicon):
        return
    for partner in sentence.ids(ACTORS):
        if partner not in done and not is_talked_of(sentence, partner):
            match = first(lexicon.frames["last"], signs_of(sentence, partner, ""))
            match = match and (of_trade(match[0], sentence, lexicon), match[1])
            yield from made(sentence, match, (partner, ""), lexicon)


def _read_by(name: str, sentence: Sentence, partner: str, lexicon: Lexicon) -> list[Relation]:
    """Read what the first of a list's frames says of a partner."""
    return made(sentence, first(lexicon.frames[name], signs_of(sentence, partner, "")), (partner, ""), lexicon)
