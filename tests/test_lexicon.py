"""The three lexicon files: read, checked, added to and overridden."""

from __future__ import annotations

import gc
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import lexicon, relation
from watcher.errors import DocumentError

SHIPPED = Path(__file__).parents[1] / "rules"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a shipped lexicon of few words, for what doesn't depend on which they are."""
    return write(
        tmp_path_factory.mktemp("small"),
        partners="russia: {names: {en: [Russia]}}\npartners:\n  IR: {name: Iran, tier: core, names: {en: [Iran]}}\n",
        goods="drones: {name: drones, group: weapons, direction: to_russia, terms: {en: [drone+]}}\n"
        "missiles: {name: missiles, group: weapons, direction: to_russia, terms: {en: [missile+]}}\n"
        "oil: {name: oil, group: energy, direction: from_russia, terms: {en: [oil]}}\n"
        "gas: {name: gas, group: energy, direction: from_russia, terms: {en: [gas]}}\n",
        phrases="words: {give: {en: [sells]}}\nframes: {explicit: [P .. give .. G .. R -> to_russia]}\n",
    )


def read(book: lexicon.Lexicon, title: str) -> list[tuple[str, str, str]]:
    """Give what is read in a title: partner, good and direction."""
    article = Article(id="1", title=title, language="en")
    return [(each.partner, each.good, each.direction) for each in relation.read(article, book)]


def write(folder: Path, **files: str) -> Path:
    """Write lexicon files into a workspace's rules."""
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    for name, content in files.items():
        (rules / f"{name}.yaml").write_text(content, encoding="utf-8")
    return rules


def test_every_partner_and_good_of_the_taxonomy_is_shipped() -> None:
    """Tiers and groups hold the partners and goods that users filter by."""
    book = shipped_lexicon()
    tiers = {partner.tier for partner in book.partners.values()}
    groups = {good.group for good in book.goods.values()}
    assert tiers == set(book.tiers)
    assert groups == set(book.groups)
    assert book.partners["IR"] == lexicon.Partner("IR", "core", "Iran")
    assert (book.goods["oil"].group, book.goods["oil"].direction) == ("energy", "from_russia")
    assert {"CENTRAL-ASIA", "CAUCASUS", "AFRICA", "BRICS", "UNNAMED"} <= set(book.partners)
    assert "en" in book.languages
    assert "all" not in book.languages


def test_a_workspace_adds_a_country_and_its_words(tmp_path: Path) -> None:
    """An analyst's file beside the shipped one is enough to watch another country."""
    rules = write(tmp_path, partners="partners:\n  FJ: {name: Fiji, tier: trade, names: {en: [Fiji, Suva]}}\n")
    book = lexicon.load(SHIPPED, rules)
    assert read(book, "Fiji sells drones to Russia") == [("FJ", "drones", "to_russia")]
    assert book.hash != shipped_lexicon().hash


def test_a_workspace_extends_a_shipped_partner_without_repeating_it(tmp_path: Path) -> None:
    """Tier and name stay those shipped; the new term counts."""
    rules = write(
        tmp_path,
        partners="partners:\n  IR: {firms: {en: [Acme Drones of Qom]}}\n",
        goods="drones: {terms: {en: [sky lantern+]}}\noil+gas: {terms: {en: [fuels of the earth]}}\n",
    )
    book = lexicon.load(SHIPPED, rules)
    assert book.partners["IR"].tier == "core"
    assert book.goods["drones"].name == "drones"
    assert read(book, "Acme Drones of Qom sells sky lanterns to Russia") == [("IR", "drones", "to_russia")]


def test_a_workspace_takes_a_term_away_or_gives_it_another_meaning(tmp_path: Path) -> None:
    """`!term` removes a shipped term of that language, and a term listed elsewhere changes sides without a word."""
    rules = write(
        tmp_path,
        partners="partners:\n  CN: {names: {en: ['!Beijing']}}\n  KP: {names: {en: [Tehran]}}\n",
    )
    book = lexicon.load(SHIPPED, rules)
    assert read(book, "Beijing sells drones to Russia") == []
    assert read(book, "Tehran sells drones to Russia") == [("KP", "drones", "to_russia")]
    assert not [warning for warning in book.warnings if "Tehran" in warning.message]


def test_a_language_of_its_own_script_may_mean_something_else_by_an_english_word(tmp_path: Path) -> None:
    """Russian texts are searched for English words, too, but where Russian has the same letters for another thing."""
    rules = write(tmp_path, goods="missiles: {terms: {ru: [quadcopter+]}}\ndrones: {terms: {en: [quadcopter+]}}\n")
    book = lexicon.load(SHIPPED, rules)
    titles = {"ru": "Иран поставил России 40 quadcopters", "uk": "Іран передав Росії 40 quadcopters"}
    read_as = {
        language: [each.good for each in relation.read(Article(id="1", title=title, language=language), book)]
        for language, title in titles.items()
    }
    assert read_as == {"ru": ["missiles"], "uk": ["drones"]}


def test_a_term_with_two_meanings_in_one_file_is_warned_of(tmp_path: Path, small: Path) -> None:
    """The second meaning wins, and the warning names the line."""
    rules = write(tmp_path, goods="drones: {terms: {en: [whizzer]}}\nmissiles:\n  terms:\n    en: [whizzer]\n")
    warnings = [each for each in lexicon.load(small, rules).warnings if "whizzer" in each.message]
    assert [(each.line, each.severity) for each in warnings] == [(4, "warning")]
    assert "already means drones" in warnings[0].message


def test_a_term_that_stands_twice_is_warned_of(tmp_path: Path, small: Path) -> None:
    """The same meaning twice, as editing leaves it behind."""
    rules = write(tmp_path, goods="drones: {terms: {en: [buzzer+, whirrer+, buzzer+]}}\n")
    warnings = [each.message for each in lexicon.load(small, rules).warnings]
    assert warnings == ['term "buzzer+" stands here twice: keep one']


def test_each_shipped_term_has_one_meaning() -> None:
    """A term in two places of the shipped files has the later meaning, whatever the first place says."""
    assert shipped_lexicon().warnings == ()


def test_a_term_of_invisible_characters_is_no_term(tmp_path: Path) -> None:
    """What nobody can see matches nothing and breaks nothing."""
    nothing = '{en: ["\\u00ad", "\\u00ad*"]}'
    rules = write(tmp_path, goods=f"drones: {{terms: {nothing}}}\n", partners=f"russia: {{names: {nothing}}}\n")
    assert read(lexicon.load(SHIPPED, rules), "Iran sells drones to Russia") == [("IR", "drones", "to_russia")]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_term_is_found_however_its_letters_are_written(tmp_path: Path, form: Literal["NFC", "NFD"]) -> None:
    """A letter may be one sign or several, and look like another: term and text are written alike before they meet."""
    words = ["Мʼянмаліт", "Drohnoмат", "드론봇", "Zephyrkaïra", "Al\u0640batross", "quillbird-9", "kitesh*"]
    listed = unicodedata.normalize(form, ", ".join(words))
    book = lexicon.load(SHIPPED, write(tmp_path, goods=f"drones: {{terms: {{all: [{listed}]}}}}\n"))
    for word in [*words[:-1], "kiteships"]:
        assert read(book, f"Iran sells {word} to Russia") == [("IR", "drones", "to_russia")]


def test_loading_leaves_the_search_for_garbage_as_it_was(small: Path) -> None:
    """A process that searches for garbage goes on with it, and one that doesn't doesn't begin."""
    for is_on in (True, False):
        gc.enable() if is_on else gc.disable()
        try:
            lexicon.load(small).matcher("en")
            assert gc.isenabled() == is_on
        finally:
            gc.enable()


def test_a_file_that_says_nothing_changes_nothing(tmp_path: Path, small: Path) -> None:
    """Empty files in a workspace are no mistake."""
    rules = write(tmp_path, partners="", goods="# later\n")
    assert lexicon.load(small, rules).partners == lexicon.load(small).partners


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path, small: Path) -> None:
    """Unknown tiers, groups, directions and keys, and YAML that doesn't parse, come in one error with their places."""
    rules = write(
        tmp_path,
        partners="partners:\n  XX: {name: X, tier: coer}\n  YY: {nmae: Y, tier: core}\n",
        goods="spice: {group: comodities, direction: sideways}\nsalt: {grup: energy}\n",
        phrases="words: [a\n",
    )
    with pytest.raises(DocumentError) as caught:
        lexicon.load(small, rules)
    told = str(caught.value)
    assert 'unknown key "nmae"' in told
    assert 'unknown key "grup"' in told
    assert "rules/phrases.yaml" in told


def test_an_unknown_key_of_the_phrases_is_told(tmp_path: Path, small: Path) -> None:
    """A misspelt section of phrases.yaml is a mistake, not silence."""
    rules = write(tmp_path, phrases="wrods: {give: {en: [hand]}}\n")
    with pytest.raises(DocumentError, match='unknown key "wrods"'):
        lexicon.load(small, rules)


def test_values_that_no_file_knows_are_told_with_the_nearest(tmp_path: Path, small: Path) -> None:
    """A misspelt tier, group or direction is answered with what may have been meant."""
    rules = write(
        tmp_path,
        partners="partners:\n  XX: {name: X, tier: coer}\n",
        goods="spice: {group: comodities, direction: sideways}\n",
    )
    with pytest.raises(DocumentError) as caught:
        lexicon.load(small, rules)
    told = [problem.message for problem in caught.value.problems]
    assert told[0].startswith('tier "coer" is not one of core')
    assert told[0].endswith('(did you mean "core"?)')
    assert told[1].endswith('(did you mean "commodities"?)')
    assert told[2].startswith('direction "sideways" is not one of')


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ("P .. giev .. G -> to_russia", '"giev" is no sign and no class of words (did you mean "give"?)'),
        (
            "P .. give .. G -> to_rusia",
            '"to_rusia" is no direction, status, good or partner (did you mean "to_russia"?)',
        ),
        ("P ( give -> to_russia", "its signs don't make an expression: missing ), unterminated subpattern"),
    ],
)
def test_a_frame_that_makes_no_sense_is_refused(tmp_path: Path, small: Path, frame: str, message: str) -> None:
    """A frame with an unknown sign, an unknown meaning or a lone bracket is a mistake with a line of its own."""
    rules = write(tmp_path, phrases=f"frames:\n  explicit:\n    - '{frame}'\n".replace("don't", "don''t"))
    with pytest.raises(DocumentError) as caught:
        lexicon.load(small, rules)
    assert [(each.line, each.message) for each in caught.value.problems] == [(3, message)]


def test_a_workspaces_frames_go_before_the_shipped(tmp_path: Path) -> None:
    """An analyst's frame decides where a shipped one would have said something else."""
    rules = write(
        tmp_path, phrases="words:\n  gift: {en: [gifts]}\nframes:\n  drones:\n    - P gift G -> from_russia negated\n"
    )
    book = lexicon.load(SHIPPED, rules)
    article = Article(id="1", title="Iran gifts drones to Russia", language="en")
    assert [(r.direction, r.status) for r in relation.read(article, book)] == [("from_russia", "negated")]


def test_a_workspaces_veto_silences_what_follows(tmp_path: Path) -> None:
    """A frame that means nothing ends the reading of a partner's favours in that sentence."""
    sentence = "Hungary vetoes new EU sanctions against Russia"
    assert read(shipped_lexicon(), sentence) == [("HU", "sanctions-obstruction", "to_russia")]
    rules = write(tmp_path, phrases="frames:\n  alone:\n    - P .. veto -> nothing\n")
    assert read(lexicon.load(SHIPPED, rules), sentence) == []


@pytest.mark.parametrize(("language", "base"), [("en-GB", "en"), ("pt_BR", "pt"), (" RU ", "ru"), ("", "")])
def test_a_region_is_no_other_language(language: str, base: str) -> None:
    """Terms are looked up under the language, whatever its region."""
    assert lexicon.base_language(language) == base


def test_a_word_in_capitals_is_told_from_the_same_in_small_letters() -> None:
    """`US` is a state and `us` is not, `Turkey` a state and `turkey` a bird; an abbreviation with stops is the same."""
    book = shipped_lexicon()
    assert read(book, "Turkey buys Russian oil") == [("TR", "oil", "from_russia")]
    assert read(book, "A turkey buys Russian oil") == []
    assert read(book, "U.S. waives sanctions on Russian oil") == [("US", "sanctions-obstruction", "to_russia")]
    assert read(book, "Nobody gives us waivers of sanctions on Russian oil") == []


def test_a_text_in_an_unknown_language_is_read_with_every_term() -> None:
    """A feed that names no known language is no reason to miss a report."""
    book = shipped_lexicon()
    terms = relation.explain(Article(id="1", title="Iran Russia", language="tlh"), book).terms
    assert {(term.kind, term.id) for term in terms} >= {("partner", "IR"), ("russia", "RU")}


def test_the_memory_of_words_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that strangers invent don't fill the memory of a bot that runs for years."""
    monkeypatch.setattr(lexicon, "_REMEMBERED", 3)
    book = lexicon.load(SHIPPED)
    assert read(book, "Aa bb cc dd ee Iran sells drones to Russia") == [("IR", "drones", "to_russia")]


def test_every_shipped_frame_is_an_expression() -> None:
    """Shipped frames are compiled only when a text is read, so none may wait there to fail."""
    frames = [frame for listed in shipped_lexicon().frames.values() for frame in listed]
    assert len([frame for frame in frames if frame.pattern.pattern == frame.expression]) == len(frames) > 500
