"""Whether what a sentence in another language says is a fact, a claim, a plan, a denial, or over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.decide.field import is_field
from watcher.decide.postnominal import ROMANCE
from watcher.decide.quoted import is_quoted

if TYPE_CHECKING:
    from watcher.decide.bearing import View
    from watcher.decide.places import Places

_CLAIMED = frozenset({"weapons", "people", "know-how", "dual-use"})
# What isn't talked of: favours are done by talking, and who is sent has gone.
_DONE = frozenset({"favours", "people"})
# `não sobrevive sem o gás`: who can't do without something has it.
_WITHOUT = re.compile(r"(?i)(?:sin|sem|senza|sans|ohne|без|bez)\b")
_BETWEEN = frozenset({"of", "to", "by", "will", "role"})
# Who can block what the European Union does for Ukraine: their veto counts even where Russia isn't named.
GUARDIANS = frozenset({"HU", "SK", "RS", "BG", "CZ", "AT"})
_PASSES = frozenset({"give", "get", "make"})
# What is bought and sold in the open: that it is estimated or reported is no accusation.
_TRADED = frozenset({"energy", "commodities"})
# The future tense, where an ending or a beginning shows it; in Slavic languages, the present of perfective verbs.
_FUTURE = {
    "es": re.compile(r"\b(?:\w{3,}r(?:á|án|emos)|ser(?:á|án))\b(?<!Teherán)"),
    "pt": re.compile(r"\b(?:\w{3,}[aei]r(?:á|ão|emos)|ser(?:á|ão))\b"),
    "it": re.compile(r"\b\w{2,}r(?:à|anno|emo)\b"),
    "fr": re.compile(r"\b(?:[^\WA-Z]\w+(?:[eiu]ra|dra|vra|[eiu]ront|dront|vront)|ser(?:a|ont))\b"),
    "tr": re.compile(r"\w{2,}(?:ecek|acak)(?:lar|ler)?\b"),
    "ar": re.compile(r"\bس[يتن](?!اس|ار|طر|ما)\w{3,}"),
    "fa": re.compile(r"\bخواه(?:د|ند)\b"),
    "ja": re.compile(r"[\u4e00-\u9fff]へ(?:\Z|[\s。、」])"),
    "de": re.compile(
        r"\b(?:wird|werden)\b[^.;:]*?\b(?!\w*ge\w+en\b)[a-zäöü]+(?:en|ern|eln)\b(?=\s*(?:[,.;:!?»“\"]|\Z))"
    ),
    "ru": re.compile(
        r"(?i)\b(?:(?:постро|направ|отправ|постав|предостав|размест|увелич|сократ|прекрат|останов|возобнов|выдел|откро|"
        r"предлож|запуст|отмен|получ|куп|закуп|поддерж|влож|прикро|нараст)(?:ит|ят|ат|ет|ют)|(?:пере|про|соз|от)?д(?:аст|адут)|"
        r"(?:нач|ста|сним|возьм|введ|помож|подпиш|пришл|верн|достро)(?:н?[её]т|н?ут|ют)|помогут|будет|будут|"
        r"заблокиру[ею]т|налож[иа]т|прибудут)\b"
    ),
    "uk": re.compile(
        r"(?i)\b(?:(?:відправ|постав|розміст|збільш|скорот|припин|зупин|віднов|виділ|запуст|створ|куп|закуп)(?:ить|лять|ять|"
        r"ать)|(?:побуду|отрима|скасу|підтрима|відкри|профінансу)(?:є|ють)|(?:пере|про|на)?да(?:сть|дуть)|"
        r"(?:почн|стан|знім|підпиш|надішл|допомож|наклад)(?:е|уть)|заблоку(?:є|ють)|\w+ватим(?:е|уть))\b"
    ),
    "pl": re.compile(
        r"(?i)\b(?:zbuduj[eą]|wyśl[eą]|dostarcz[yą]|przeka[żz][eą]|sprzeda(?:dzą)?|udostępni[ą]?|otrzyma(?:ją)?|(?:za)?kupi[ą]?|"
        r"uruchomi[ą]?|otworz[yą]|rozmie[śs][cz]*[ią]?|zwiększ[yą]|rozpocz?ni[eą]|podpisz[eą]|zniesi?[eą]|wstrzyma(?:ją)?|"
        r"przestan(?:ie|ą)|ogranicz[yą]|wznowi[ą]?|pomo[żg][eą]|poprz[eą]|za(?:blokuj|wetuj)[eą]|nałoż[yą]|"
        r"ma(?:ją)? (?:się )?\w+[aeiyuoóą](?:ć|ść|źć))\b"
    ),
}
# Verbs that say by their ending that they tell what others say: `suministraría`, `fournirait`, `terá fornecido`.
_CONDITIONAL = {
    "es": re.compile(r"\w+ría[ns]?\Z"),
    "pt": re.compile(r"\w+riam?\Z"),
    "fr": re.compile(r"\w+rai(?:en)?t\Z"),
    "it": re.compile(r"\w+rebb(?:e|ero)\Z"),
}
_INFINITIVE = {
    "es": re.compile(r"\w{2,}[aei]r\Z"),
    "pt": re.compile(r"\w{2,}[aei]r\Z"),
    "fr": re.compile(r"(?:\w{3,}er|(?:four|accue)\w+ir|\w+ndre|\w+mettre)\Z"),
    "it": re.compile(r"\w{2,}[aei]re\Z"),
}
# `soll … geliefert haben`: hearsay, where the tense of a verb far from its auxiliary shows it.
_HEARSAY = {
    "pt": re.compile(r"\bter(?:á|ão) (?:sido )?\w+[aiu]d[oa]s?\b"),
    "de": re.compile(
        r"\bsoll(?:en)?\b[^.;:!?]*?\b(?:ge\w+t|\w+(?:iert|en|elt|ert)) (?:haben|sein|worden sein)\b|"
        r"\b(?:haben|sein) sollen\b"
    ),
}
# Headlines that leave out who says what stands in quotes.
_QUOTING = frozenset({"ja", "ko"})
_QUOTE = re.compile('["“«「]')
# Talks in whose course nothing has passed yet.
_NEGOTIATED = re.compile(
    r"(?i)n[eé]go[ctz]|verhandel|перегов|перемов|negocj|müzakere|协商|协议中|谈判|交渉|협상|مفاوض|مذاکر"
)
# Talks that what follows is but the subject of.
_DISCUSSED = re.compile(
    r"(?i)обсуд|обсужд|обговор|omówi|omawia|ele al|görüşül|bespr[aiou]ch|erörter|discut|abord[óa]|affronta|debat"
)
_TOPIC_REACH = 4
_BAN = re.compile(r"(?i)запрет|запрещ|заборон|zakaz|yasak|yasağ|verbot|verbiet|interdi|prohib|divieto|vieta")
# Soldiers who are said to have gone, whatever else is told of them.
_GONE = re.compile(r"파병 ?(?:된|한|군|부대|용사|장병)|참전 ?(?:한|군|용사)|해외작전부대")
_VERB_LAST = frozenset({"tr", "ja", "ko", "fa"})
_PLANS = frozenset({"will", "want", "request"})


def status_of(view: View, near: Places, group: str) -> str:
    """Give the status of a good of this group that passes between the two; favours are denied and claimed by nobody."""
    is_favour = group == "favours"
    if not is_favour and _is_denied(view, near):
        return "denied"
    low, high = near.span
    ends = [n for n in view.classed("stop", "refuse") if low - 3 <= n <= high + 4]
    if any(_is_put_off(view, n) for n in ends):
        return "planned"
    if _is_over(view, near, is_favour=is_favour):
        return "denied" if group in _CLAIMED and _is_disclaimed(view, near) else "negated"
    if not is_favour and _is_claim(view, near, group):
        return "alleged"
    if is_favour and "accuse" in view.classes[max(0, near.span[0] - 3) : near.span[1] + 4]:
        return "alleged"
    is_ahead = _is_ahead(view, near, is_favour=is_favour) or _is_agreed(view, near)
    return "planned" if is_ahead or _is_talked_of(view, near, group) else "reported"


def _is_denied(view: View, near: Places) -> bool:
    """Tell whether a good is denied: not where another good is, in a clause of its own."""
    for n in view.classed("deny"):
        low, high = min(n, near.good), max(n, near.good)
        first = max((m + 1 for m in range(n) if view.signs[m] == ";"), default=0)
        last = next((m for m in range(n, len(view.signs)) if view.signs[m] == ";"), len(view.signs))
        if ";" not in view.signs[low:high] or "G" not in view.signs[first:last]:
            return True
    return False


def _is_disclaimed(view: View, near: Places) -> bool:
    """Tell whether one of the two says itself that it gives nothing: `中方从未向俄方提供武器`."""
    low, high = near.span
    first = next((sign for sign in view.signs if sign in "RPZXWUO"), "")
    return first in "RPZ" and "say" in view.present and "no" in view.classes[max(0, low - 2) : high + 5]


def _is_over(view: View, near: Places, *, is_favour: bool) -> bool:
    """Tell whether a word of ending or refusing stands by the good or by the verb that passes it on."""
    low, high = near.span
    if "mediation" in view.units[near.good].ids:
        return "no" in view.classes[max(0, near.good - 2) : near.good + 3]  # `négociations pour mettre fin à la guerre`
    verbs = [n for n in view.classed(*_PASSES) if low - 3 <= n <= high + 3]
    beside = {name for n in (near.good, *verbs) for name in view.classes[max(0, n - 2) : n + 3]}
    nots = [view.units[n] for n in view.classed("no") if near.good - 5 <= n < near.good]
    if len(nots) > 1 and _WITHOUT.match(view.sentence.text, nots[-1].start):
        beside.discard("no")
    if not is_favour and view.is_unspaced and any(low < n < near.good for n in view.classed("no")):
        return True  # `从未向俄罗斯提供`
    if GUARDIANS.intersection(view.units[near.partner].ids) and any(is_ban(view, n) for n in range(len(view.units))):
        return False
    if (
        {"no", "stop"} & beside
        or (is_favour and "break" in view.present)
        or (not is_favour and {"refuse", "block"} & beside)
    ):
        return True
    after = 5 if view.sentence.language in _VERB_LAST else 2
    if not is_favour and any(_is_stopped(view, n) for n in verbs):
        return True
    # `EU brüskiert: Erdogan kauft russisches Gas`: what stands before a break is another matter.
    breaks = (n + 1 for n in range(low - 1, max(-1, low - 4), -1) if view.signs[n] == ";")
    around = view.classes[next(breaks, max(0, low - 3)) : high + after]
    return not is_favour and not {"stop", "refuse", "break"}.isdisjoint(around)


def _is_stopped(view: View, verb: int) -> bool:
    """`stop per cinque giorni delle forniture`: nothing but words and numbers stands between an end and what ends."""
    if view.sentence.language in _VERB_LAST or view.classes[verb - 1 : verb] != ["of"]:
        return False
    before = view.classes[max(0, verb - 9) : verb]
    signs = view.signs[max(0, verb - 9) : verb]
    words = zip(before, signs, strict=True)
    bare = [name for name, sign in words if name not in _BETWEEN and sign not in "xnRrPp"]
    return bare[-1:] in (["stop"], ["refuse"])


def is_ban(view: View, n: int) -> bool:
    """Tell whether a word is a ban: who forbids it is the Union, and Hungary buys on."""
    return view.classes[n] == "stop" and _BAN.match(view.sentence.text, view.units[n].start) is not None


def _is_put_off(view: View, n: int) -> bool:
    """Tell whether an end is only asked for, threatened or promised: `購入停止を約束`."""
    place = slice(n + 1, n + 4) if view.sentence.language in _VERB_LAST else slice(max(0, n - 3), n)
    return not _PLANS.isdisjoint(view.classes[place]) or (view.classes[n] == "stop" and is_future(view, n, n + 1))


def _is_claim(view: View, near: Places, group: str) -> bool:
    """Tell whether this is what somebody is accused of, or punished for, or what another side says."""
    if _GONE.match(view.sentence.text, view.units[near.good].start):
        return False
    if _is_hearsay(view) or ("accuse" in view.present and group not in _TRADED):
        return True
    is_near = view.signs[near.good] == "G" and abs(near.partner - near.good) <= 2
    is_punished = "sanction" in view.present and _has_third(view) and (is_near or _has_firm(view))
    return is_punished or (group in _CLAIMED and (is_quoted(view.sentence, near.good) or _is_claimed(view)))


def is_told_of(view: View) -> bool:
    """Tell whether a sentence accuses, or says what it says by hearsay."""
    return "accuse" in view.present or _is_hearsay(view)


def _is_hearsay(view: View) -> bool:
    hearsay = _HEARSAY.get(view.sentence.language)
    verb = _CONDITIONAL.get(view.sentence.language)
    if verb and any(
        verb.match(view.sentence.text, view.units[n].start, view.units[n].end) for n in view.classed(*_PASSES)
    ):
        return True
    return hearsay is not None and hearsay.search(view.sentence.text) is not None


def _has_firm(view: View) -> bool:
    is_attached = view.sentence.language in ROMANCE and any(unit.role == "firms" for unit in view.units)
    return "firm" in view.present or is_attached


def _has_third(view: View) -> bool:
    return any(sign in "UuWwO" for sign in view.signs)


def _is_claimed(view: View) -> bool:
    """Tell whether a side that is neither of the two says so: Kyiv, a Western state, Israel."""
    first = next((sign for sign in view.signs if sign in "RrPpZzXWwUuOo"), "")
    if first and first in "WUO" and "condemn" in view.present:
        return True
    if len(view.signs) > 1 and view.signs[-2] == ";" and view.signs[-1] in "WUO":
        return True
    is_quoting = view.sentence.language in _QUOTING
    for n, sign in enumerate(view.signs):
        if sign in "UuWwO" and (
            not {"say", "condemn"}.isdisjoint(view.classes[max(0, n - 2) : n + 4])
            or (n <= 2 and ";" in view.signs[n : n + 4])
            or (is_quoting and _QUOTE.search(view.sentence.text, view.units[n].end, view.units[n].end + 12))
        ):
            return True
    return False


def _is_ahead(view: View, near: Places, *, is_favour: bool) -> bool:
    """Tell whether a word of plans stands around, or the meeting's own word tells of one to come."""
    low, high = near.span
    after = _end(view, high)
    around = view.classes[max(0, low - 2) : after]
    going = [n for n in view.classed("continue") if max(0, low - 2) <= n < after]
    if not is_favour and any(";" not in view.signs[min(n, near.good) : max(n, near.good)] for n in going):
        return False
    is_near = not _PLANS.isdisjoint(around)
    return is_near or view.units[near.good].role == "ahead" or is_future(view, max(0, low - 2), after)


def _is_agreed(view: View, near: Places) -> bool:
    """`acuerda enviar`, `concordato di ampliare gli acquisti`: what one agrees to do is to be done yet."""
    infinitive = _INFINITIVE.get(view.sentence.language)
    low, high = near.span
    for n in view.classed("conclude") if infinitive else ():
        after = [u for u in view.units[n + 1 : n + 3] if u.end]
        is_near = low - 3 <= n <= high + 3
        if is_near and infinitive and any(infinitive.match(view.sentence.text, u.start, u.end) for u in after):
            return True
    return False


def _end(view: View, high: int) -> int:
    """Give how far behind a place its verb may stand; a headline's space parts what is said."""
    after = high + (5 if view.sentence.language in _VERB_LAST else 3)
    for n in range(high + 1, min(after, len(view.units))):
        between = view.sentence.text[view.units[n - 1].end : view.units[n].start]
        if view.is_unspaced and view.units[n].end and between[:1].isspace():
            return n
    return after


def is_future(view: View, first: int, after: int) -> bool:
    """Tell whether a verb among these units stands in the future tense."""
    future = _FUTURE.get(view.sentence.language)
    units = [unit for unit in view.units[first:after] if unit.end]
    found = future.search(view.sentence.text, units[0].start) if future and units else None
    return found is not None and found.start() <= units[-1].end


def _is_talked_of(view: View, near: Places, group: str) -> bool:
    """Tell whether a good is what a meeting is about, and nothing says that it passes or is agreed."""
    low, high = near.span
    around = view.classes[max(0, low - 2) : high + 3]
    if group not in _DONE and any(_NEGOTIATED.match(view.sentence.text, u.start) for u in view.units[low : high + 1]):
        return True
    if is_field(view.sentence, view.classes, near):
        return True
    is_cooperation = view.signs[near.good] == "J"
    is_done = group in _DONE and not (is_cooperation and "security-aid" in view.units[near.good].ids)
    discussed = (n for n in view.places_of("political-support", "J") if abs(n - near.good) <= _TOPIC_REACH)
    if not is_done and any(_DISCUSSED.match(view.sentence.text, view.units[n].start) for n in discussed):
        return True
    if is_done or not (_PASSES | {"conclude", "grow"}).isdisjoint(around):
        return False
    is_signed = "trade-agreement" in view.units[near.good].ids
    is_tied = is_cooperation and not is_signed
    talks = [n for n in view.places_of("political-support", "J") if is_tied or view.units[n].role != "ties"]
    return any(low - 4 <= n <= high + 4 for n in talks)
