"""What German and the Romance languages say by order, ending and split verbs, in sentences of our own invention."""

from __future__ import annotations

import pytest

from tests.test_languages import read, triples
from watcher.decide import text


def test_goods_that_a_headline_sends_to_russia_are_whose_names_come_next() -> None:
    """The headline names what goes to Russia, the summary the countries."""
    found = triples(
        "de", "Werkzeugmaschinen nach Russland geliefert", "Türkische Spediteure bestätigten das in Ankara."
    )
    assert found == {("TR", "machinery", "to_russia")}
    assert triples("de", "Russland erwartet Werkzeugmaschinen", "Türkische Spediteure bestätigten das.") == set()


def test_around_sanctions_countries_named_next_are_where_goods_pass() -> None:
    """Whoever is named below a headline on evasion lets things through, whatever it is that passes."""
    found = triples(
        "pt", "Chips chegam à Rússia apesar das sanções", "A Turquia e o Cazaquistão são as principais rotas."
    )
    assert found == {("TR", "transshipment", "to_russia"), ("KZ", "transshipment", "to_russia")}


@pytest.mark.parametrize(
    ("language", "title", "wanted"),
    [
        ("es", "Sanciones de EEUU a una empresa italiana por enviar drones a Rusia", "IT"),
        ("fr", "Sanctions américaines contre une société chinoise qui livre des drones à la Russie", "CN"),
    ],
)
def test_a_firm_is_its_country_s_where_the_adjective_follows(language: str, title: str, wanted: str) -> None:
    """`empresa italiana`: the firm helps Russia, not the state; its penalty makes a claim of it."""
    assert {(each[0], each[3]) for each in read(language, title)} == {(wanted, "alleged")}


def test_a_people_s_name_behind_a_noun_is_an_adjective() -> None:
    """`fertilizantes rusos` come from Russia; `los rusos` are people."""
    assert triples("es", "Brasil espera fertilizantes rusos") == {("BR", "fertilizer", "from_russia")}


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Pjöngjang weist Berichte über Granaten für Russland entschieden zurück", "denied"),
        ("Indien stellt den Import von russischem Öl vorerst ein", "negated"),
        ("Indien führt wieder russisches Öl ein", "reported"),
        ("Der Iran soll Russland heimlich Raketen geliefert haben", "alleged"),
    ],
)
def test_german_verbs_in_two_parts_mean_what_both_say(title: str, status: str) -> None:
    """The particle at the clause's end makes a denial, an end or a purchase of the verb; `soll … haben` is hearsay."""
    assert {each[3] for each in read("de", title)} == {status}


def test_a_contract_that_is_closed_is_no_end() -> None:
    """`schließen` ends many things, but a contract begins by it."""
    found = read("de", "Vietnam schließt mit Russland einen langfristigen Liefervertrag über Kohle")
    assert found == {("VN", "coal", "from_russia", "reported")}


@pytest.mark.parametrize(
    ("language", "title", "status"),
    [
        ("es", "Irán suministraría misiles a Rusia", "alleged"),
        ("fr", "La Corée du Nord fournirait des obus à la Russie", "alleged"),
        ("it", "L'Iran fornirebbe droni alla Russia", "alleged"),
        ("pt", "O Irão terá entregado drones à Rússia", "alleged"),
        ("es", "Irán acuerda entregar misiles a Rusia", "planned"),
        ("it", "Stop di dieci giorni delle forniture di petrolio russo alla Slovacchia", "negated"),
        ("es", "La inteligencia ucraniana afirma que Irán vendió misiles a Rusia", "alleged"),
    ],
)
def test_endings_and_links_tell_the_status(language: str, title: str, status: str) -> None:
    """A conditional is hearsay, what is agreed on is to be done yet, and an end reaches over the words between."""
    assert {each[3] for each in read(language, title)} == {status}


def test_a_headline_is_a_claim_where_the_next_sentence_says_by_whom_its_good_was_seen() -> None:
    """The service's findings name the good again, and neither side; what a party confirms stays a fact."""
    title, summary = "Granaten aus Nordkorea in Russland angekommen", "Laut Geheimdienst sind es 9000 Granaten."
    assert read("de", title, summary) == {("KP", "artillery", "to_russia", "alleged")}
    assert read("de", "Nordkorea bestätigt Lieferung von Granaten an Russland", summary) == {
        ("KP", "artillery", "to_russia", "reported")
    }


def test_talks_to_end_a_war_are_not_ended() -> None:
    """What ends is the war; mediation falls away only where it says so."""
    found = read("pt", "Turquia continua a mediação entre Rússia e Ucrânia para pôr fim à guerra")
    assert ("TR", "mediation", "any", "reported") in found


def test_who_asks_for_arms_gets_them() -> None:
    """`nessuna richiesta dall'Iran`: the request comes from whoever wants."""
    assert triples("it", "Cremlino: dall'Iran nessuna richiesta di armi") == {("IR", "weapons", "from_russia")}


def test_what_goes_to_a_third_side_does_not_go_to_russia() -> None:
    """Drones for Kyiv are none for Moscow, though the sentence names it."""
    assert ("TR", "drones", "to_russia") not in triples("es", "Turquía entrega drones a Kiev y compra gas a Moscú")
    assert ("TR", "gas", "from_russia") in triples("es", "Turquía entrega drones a Kiev y compra gas a Moscú")


def test_a_place_and_the_person_behind_its_comma_are_no_enumeration() -> None:
    """`à Istanbul, Zelensky …`: the city is where, the person begins a clause."""
    found = triples("fr", "Pourparlers avec la Russie à Istanbul, Zelensky se dit prêt")
    assert found == {("TR", "mediation", "any")}


def test_a_meeting_with_the_host_s_own_leader_is_no_mediation() -> None:
    """In a text on the war, Xi receives Putin at home for the two of them."""
    found = triples("fr", "Guerre en Ukraine : Xi Jinping accueille Poutine en Chine")
    assert found == {("CN", "political-support", "any")}


def test_instructors_are_whose_name_stands_right_beside_them() -> None:
    """The title's subject that is only meant doesn't come between `instructeurs` and `russes`."""
    found = triples("fr", "Niger : nouveau contingent à Niamey", "Des instructeurs russes forment les soldats.")
    assert found == {("NE", "training", "from_russia")}


def test_who_is_accused_gives_though_russia_is_only_meant() -> None:
    """Russia put into a sentence before a name without a preposition is not its subject."""
    found = triples(
        "fr", "Sanctions contre la Chine et la Russie", "Pékin est accusé d'avoir en secret fourni des drones."
    )
    assert ("CN", "drones", "to_russia") in found


@pytest.mark.parametrize(
    ("language", "title", "items"),
    [
        ("de", "News: Ungarn, Gipfel in Pakistan, Wladimir Putin", 3),
        ("de", "News: Ungarn und Russland, ein Gipfel", 1),
        ("it", "Le notizie di oggi: Orbán, il vertice in Cina, Putin", 3),
        ("en", "News: Hungary, summit in Pakistan, Vladimir Putin", 1),
    ],
)
def test_a_bulletin_s_headline_is_as_many_sentences_as_topics(language: str, title: str, items: int) -> None:
    """Two commas make a list of topics behind the edition's name; what stands in it has nothing to do with the next."""
    spans = text.sentences(title, language)
    assert len(spans) == items
    assert title.startswith(title[slice(*spans[0])])


@pytest.mark.parametrize(
    ("language", "title", "summary", "status"),
    [
        ("it", "Nuovo pacchetto contro la Russia", "Nel mirino anche la flotta fantasma.", "alleged"),
        ("es", "Francia intercepta un petrolero", "El barco es de la flota fantasma rusa.", "negated"),
    ],
)
def test_a_fleet_is_nobody_s_and_stopped_where_the_headline_stops_a_ship(
    language: str, title: str, summary: str, status: str
) -> None:
    """A sentence that names only the fleet is about Russia as the text is; the headline tells what became of it."""
    assert read(language, title, summary) == {("UNNAMED", "shipping", "to_russia", status)}


def test_what_a_state_will_block_is_a_plan_and_tells_nothing_of_goods() -> None:
    """The measure is about oil, but no oil passes by it."""
    found = read("it", "Budapest non sosterrà alcuna sanzione sul petrolio russo")
    assert found == {("HU", "sanctions-obstruction", "to_russia", "planned")}


@pytest.mark.parametrize(
    ("language", "title", "wanted"),
    [
        ("es", "Rusia entrega trigo a Irán a cambio de drones", ("IR", "drones", "to_russia")),
        ("de", "Nordkorea bekommt Öl aus Russland im Austausch gegen Granaten", ("KP", "artillery", "to_russia")),
    ],
)
def test_what_is_given_in_exchange_goes_the_other_way(language: str, title: str, wanted: tuple[str, str, str]) -> None:
    """Who gives one thing gets the other."""
    assert wanted in triples(language, title)


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Nicaragua autoriza el ingreso de tropas rusas", {("NI", "security-aid", "from_russia")}),
        ("Nicaragua autoriza el ingreso de tropas de Rusia", {("NI", "security-aid", "from_russia")}),
        ("Rosatom evacúa a trabajadores de la central de Irán", set()),
    ],
)
def test_russia_s_own_people_are_none_that_a_partner_sends(title: str, wanted: set[tuple[str, str, str]]) -> None:
    """Its soldiers protect a regime, and whom it takes home are its own."""
    found = triples("es", title)
    assert {each for each in found if each[1] in ("troops", "labour", "security-aid")} == wanted


def test_a_clause_before_a_colon_ends_nothing_behind_it() -> None:
    """`brüskiert` is said of Brussels; the gas flows."""
    assert read("de", "EU brüskiert: Erdogan kauft russisches Gas") == {("TR", "gas", "from_russia", "reported")}


def test_what_others_refuse_to_let_pass_is_over() -> None:
    """Between the refusal and what is refused stand only whose proposal it is and what it is to do."""
    found = read("fr", "Trump refuse la proposition de Poutine de transférer l'uranium iranien en Russie")
    assert ("IR", "nuclear-power", "to_russia", "negated") in found


def test_an_easing_of_sanctions_may_be_one_word() -> None:
    """`Sanktionslockerung` says of what it is."""
    found = read("de", "Trump will Sanktionslockerung für Moskau")
    assert found == {("US", "sanctions-obstruction", "to_russia", "planned")}


def test_german_compounds_of_a_good_and_its_end_are_both() -> None:
    """`Gaslieferstopp`: gas, and that it stops."""
    assert ("MD", "gas", "from_russia", "negated") in read("de", "Russland verhängt Gaslieferstopp für Moldau")


def test_russia_is_meant_where_goods_pass_by_way_of_a_country() -> None:
    """Below a headline on Russia, what gets there by way of Armenia is let through by it."""
    found = triples("de", "Russland bekommt weiter Ersatzteile", "Sie werden über Armenien geliefert.")
    assert ("AM", "transshipment", "to_russia") in found


def test_what_russia_s_own_buy_comes_from_others() -> None:
    """Russian airlines that buy are no good that comes from Russia."""
    found = triples("de", "Russische Fluggesellschaften kaufen Teile", "Die Türkei gilt als Quelle.")
    assert ("TR", "aircraft", "from_russia") not in found


def test_a_headline_is_a_claim_where_all_that_follows_is_who_says_so() -> None:
    """`Lo riferiscono funzionari americani.`: the paper's headline rests on them."""
    found = read("it", "Il giornale: l'Iran ha fornito missili alla Russia", "Lo riferiscono funzionari americani.")
    assert found == {("IR", "missiles", "to_russia", "alleged")}


def test_who_cannot_do_without_a_good_has_it() -> None:
    """Two negations, one of them `without`, negate nothing; `non … mai` does."""
    assert read("es", "Hungría no puede vivir sin el gas ruso") == {("HU", "gas", "from_russia", "reported")}
    assert ("IT", "trade-agreement", "any", "negated") in read(
        "it", "Salvini: non ho mai firmato accordi commerciali con la Russia"
    )


@pytest.mark.parametrize(
    ("language", "title", "wanted"),
    [
        ("it", "Putin accetta l'invito di Kim a Pyongyang", ("KP", "political-support", "any", "planned")),
        ("es", "Rusia y Cuba: el acuerdo de petróleo será firmado en mayo", ("CU", "oil", "from_russia", "planned")),
        (
            "de",
            "In Bulgarien dürfte bald ein Kremlfreund regieren",
            ("BG", "political-support", "to_russia", "planned"),
        ),
    ],
)
def test_what_is_to_come_is_a_plan(language: str, title: str, wanted: tuple[str, str, str, str]) -> None:
    """An invitation is to a meeting ahead; the future of `to be` counts, and of a Kremlin's friend in office."""
    assert wanted in read(language, title)
