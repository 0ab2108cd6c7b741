from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.model.hits import ContactHit, Level, Reason
from intake.model.wizard import Criteria, Existing, Mode, PartyKind
from intake.wizard import ranking
from intake.wizard.asking import ask, nearly
from intake.wizard.evidence import POLICY
from intake.wizard.panes import Beside, Cards, client_hit, contact_hit, doubt, share
from intake.wizard.ranking import Proof, proof
from intake.wizard.wish import title_of
from storage.search.cards import Card

ACCOUNT, CONTACT, LEAD = PartyKind.ACCOUNT, PartyKind.CONTACT, PartyKind.LEAD


def card(kind: PartyKind, id_: int, day: int | None = None, **values: Any) -> Card:
    touched = datetime(2026, 1, day, tzinfo=UTC) if day else None
    return Card(kind, id_, f"{kind.value}-{id_}", touched, None, None, False, **values)


def contact(id_: int, *proofs: Proof, account_id: int | None = None) -> ContactHit:
    one = card(CONTACT, id_, account_id=account_id)
    return contact_hit(one, {(CONTACT, id_): list(proofs)}, Beside({}, {}), None)


TELLS = {"иван": 3.0, "иванов": 6.0, "глеб": 9.0, "кржижановский": 15.0}


def named(text: str, typed: str = "") -> Proof:
    """What it says that somebody called so answers what was typed."""
    words = [text.split()]
    found = ranking.card_proof((typed or text).split(), words, Mode.INEXACT, TELLS)
    assert found is not None
    return found


RARE = named("кржижановский глеб")
COMMON = named("иванов иван")


@pytest.mark.parametrize(
    ("proofs", "expected"),
    [
        ([proof("phone")], Level.EXACT),
        ([proof("inn")], Level.EXACT),
        ([proof("site")], Level.PROBABLE),
        ([RARE], Level.PROBABLE),  # names alone are never exact
        ([COMMON], Level.POSSIBLE),
        ([proof("name-beginning")], Level.POSSIBLE),
        ([proof("phone-tail"), RARE], Level.PROBABLE),
        ([proof("site"), RARE], Level.EXACT),
        ([RARE, *map(proof, ("email-part", "phone-tail", "inn-part"))], Level.PROBABLE),  # no key
        ([proof("phone"), proof("other-inn")], Level.PROBABLE),
        ([proof("of-account")], Level.RELATED),
        ([], Level.RELATED),
    ],
)
def test_how_sure_a_hit_is(proofs: list[Proof], expected: Level) -> None:
    assert ranking.level(proofs) is expected


@pytest.mark.parametrize("code", sorted(POLICY.uncertain))
def test_what_is_nearly_right_or_was_right_once_never_makes_a_hit_exact(code: str) -> None:
    doubtful = [Proof("inn" if "inn" in code else code, 100.0, Reason(code)), RARE, proof("phone-tail")]

    assert ranking.level([proof(code)]) is Level.POSSIBLE
    assert ranking.level(doubtful) is Level.PROBABLE
    assert ranking.level([proof(code), proof("site"), COMMON]) is Level.PROBABLE
    assert ranking.level([proof(code), proof("messenger")]) is Level.EXACT  # by what it has besides
    [through] = ranking.by_contact([doubtful[0]])
    assert ranking.level([through, RARE]) is Level.PROBABLE


def test_a_rare_name_says_much_and_a_common_one_little() -> None:
    assert RARE.weight > 2 * COMMON.weight
    assert named("кржижановский").weight > COMMON.weight
    assert named("кржижановский глеб", "кржежановский глеб").weight < RARE.weight
    assert RARE.weight <= POLICY.whole_name + POLICY.exactly < POLICY.exact
    assert named("иванов иван").weight > named("иванов иван", "иванов").weight


def test_a_rarer_name_on_the_same_number_comes_first() -> None:
    both = [card(LEAD, 1, 9), card(LEAD, 2)]
    proofs = {(LEAD, 1): [proof("phone"), COMMON], (LEAD, 2): [proof("phone"), RARE]}

    assert [one.id for one in ranking.in_order(both, proofs)] == [2, 1]


def test_another_inn_speaks_against_whom_something_else_speaks_for() -> None:
    cards = Cards(
        {1: card(ACCOUNT, 1, inn="7707083893"), 2: card(ACCOUNT, 2), 3: card(ACCOUNT, 3, inn="7707083893")},
        {5: card(CONTACT, 5, account_id=1), 6: card(CONTACT, 6, account_id=2)},
        {},
    )
    proofs = {(CONTACT, id_): [proof("phone", value="+7")] for id_ in (5, 6)}

    share(proofs, cards)
    doubt(proofs, cards, "7801234564")

    def levels(kind: PartyKind) -> list[Level]:
        return [ranking.level(proofs.get((kind, id_), [])) for id_ in (1, 2, 3, 5, 6)]

    assert levels(ACCOUNT)[:3] == [Level.POSSIBLE, Level.EXACT, Level.RELATED]  # missing is not different
    assert levels(CONTACT)[3:] == [Level.PROBABLE, Level.EXACT]
    assert {one.reason.code for one in proofs[ACCOUNT, 1]} == {"contact-phone", "other-inn"}


@pytest.mark.parametrize("typed", ["", "7801", "7801234565"])
def test_a_piece_of_an_inn_or_a_wrong_one_speaks_against_nobody(typed: str) -> None:
    proofs = {(ACCOUNT, 1): [proof("phone", value="+7")]}

    doubt(proofs, Cards({1: card(ACCOUNT, 1, inn="7707083893")}, {}, {}), typed)

    assert ranking.level(proofs[ACCOUNT, 1]) is Level.EXACT


def test_a_near_inn_is_no_other_inn() -> None:
    proofs = {(ACCOUNT, 1): [proof("inn-near", value="7707083893"), proof("phone")]}

    doubt(proofs, Cards({1: card(ACCOUNT, 1, inn="7707083893")}, {}, {}), "7801234564")

    assert "other-inn" not in {one.reason.code for one in proofs[ACCOUNT, 1]}


def test_of_one_field_only_the_best_proof_counts() -> None:
    twice = [proof("phone"), proof("phone-tail"), proof("phone-part")]

    assert ranking.score(twice) == ranking.score([proof("phone")])
    assert ranking.score([*twice, proof("name-part")]) > ranking.score(twice)


def test_a_full_match_hides_the_piece_of_it_among_the_reasons() -> None:
    reasons = ranking.reasons([proof("phone-tail", value="1"), proof("name-part"), proof("phone", value="1")])

    assert [reason.code for reason in reasons] == ["phone", "name-part"]


def test_a_full_match_hides_one_that_is_uncertain_also_through_a_contact() -> None:
    found = [proof("phone", value="1"), proof("former-phone", value="2"), proof("phone-near", value="3")]

    assert [reason.code for reason in ranking.reasons(found)] == ["phone"]
    assert [reason.code for reason in ranking.reasons(ranking.by_contact(found))] == ["contact-phone"]


def test_a_shared_number_at_another_extension_weighs_as_the_lighter_of_both() -> None:
    other = ranking.phone_proofs("+7", "12", "77")
    both = ranking.shared(other, "+7", 40)

    assert ranking.score(other) == POLICY.bits["other-extension"]
    assert ranking.score(both) == POLICY.bits["shared-number"]
    assert {one.reason.code for one in both} == {"phone", "shared-number", "other-extension"}


def test_an_account_found_by_its_people_says_so_and_weighs_a_little_less() -> None:
    cards = Cards({1: card(ACCOUNT, 1)}, {5: card(CONTACT, 5, account_id=1)}, {})
    proofs = {(CONTACT, 5): [proof("phone", value="+7"), proof("name-part")]}

    share(proofs, cards)
    hit = client_hit(cards.accounts[1], proofs, Beside({}, {}))

    assert [reason.code for reason in hit.reasons] == ["contact-phone", "contact-name-part"]
    assert hit.level is Level.EXACT
    assert hit.score == ranking.score(proofs[CONTACT, 5]) - 2 * POLICY.by_contact


def test_the_last_talk_comes_first_among_equals_and_never_before_a_better_hit() -> None:
    cards = [card(LEAD, 1, 3), card(LEAD, 2), card(LEAD, 3, 9), card(LEAD, 4, 1)]
    proofs = {(LEAD, id_): [proof("name-part")] for id_ in (1, 2, 3)} | {(LEAD, 4): [proof("phone")]}

    assert [one.id for one in ranking.in_order(cards, proofs)] == [4, 3, 1, 2]


def test_only_the_one_exact_person_may_stand_chosen() -> None:
    marina = contact(1, proof("phone"), account_id=7)
    namesake = contact(2, RARE, account_id=8)
    neighbour = contact(3, proof("phone"), account_id=7)
    stranger = contact(4, proof("phone"), account_id=8)
    lonely = contact(5, proof("phone"))
    company = Existing(ACCOUNT, 7)

    assert ranking.best([], [marina, namesake]) == (company, 1)
    assert ranking.best([], [marina, neighbour]) == (company, None)
    assert ranking.best([], [marina, stranger]) == (None, None)
    assert ranking.best([], [lonely]) == (None, 5)
    assert ranking.best([], [lonely, marina]) == (None, None)
    assert ranking.best([], [namesake]) == (None, None)


def test_a_lead_and_a_contact_on_one_number_are_left_to_the_operator() -> None:
    lead = client_hit(card(LEAD, 2), {(LEAD, 2): [proof("phone")]}, Beside({}, {}))

    assert ranking.best([lead], []) == (Existing(LEAD, 2), None)
    assert ranking.best([lead], [contact(1, proof("phone"), account_id=7)]) == (None, None)


def test_all_that_is_typed_is_asked_at_once() -> None:
    asked = ask(
        Criteria(
            name='ООО "Ёлка-М"',
            inn="7707083893/770701001",
            phone="8 916 123-45-67 доб. 12",
            email="Ivan@Firma.Example",
            other="@nick №12",
        )
    )

    assert (asked.words, asked.inn, asked.kpp) == (("елка", "м"), "7707083893", "770701001")
    questions = {question.code: question.values for question in asked.points if question.values}
    assert questions["phone"] == ("+79161234567",)
    assert questions["phone-tail"] == ("1234567",)
    assert questions["email"] == ("ivan@firma.example",)
    assert questions["email-domain"] == ("firma.example",)
    assert (asked.extension, asked.interest_numbers) == ("12", (12,))


def test_pieces_of_a_number_are_looked_for_only_until_it_is_whole() -> None:
    def codes(criteria: Criteria) -> set[str]:
        return {question.code for question in ask(criteria).points if question.values}

    assert codes(Criteria(phone="916 12")) == {"phone-part"}
    assert codes(Criteria(phone="916 12", mode=Mode.EXACT)) == set()
    assert "phone-part" not in codes(Criteria(phone="+7 916 123-45-67"))
    assert codes(Criteria(phone="12")) == set()


def test_near_misses_are_looked_for_only_inexactly_and_only_where_nobody_was_found() -> None:
    typed = Criteria(phone="8 916 123-45-67", email="ivan@gmial.com", inn="7707083894")
    asked = ask(typed)

    points, inns = nearly(typed, asked, set())
    assert [one.code for one in points] == ["phone-near", "email-near"]
    assert "ivan@gmail.com" in points[1].values
    assert "7707083893" in inns
    points, inns = nearly(typed, asked, {"phone", "email-part", "inn"})
    assert (points, inns) == ((), ())
    for mode in (Mode.EXACT, Mode.BEGINNING, Mode.PART):
        assert nearly(replace(typed, mode=mode), asked, set()) == ((), ())


def test_a_local_number_is_completed_by_the_line_it_came_over() -> None:
    asked = ask(Criteria(phone="640-11-02", area_code="812"))

    assert next(one.values for one in asked.points if one.code == "phone") == ("+78126401102",)


def test_an_extension_typed_apart_counts_before_one_in_the_number() -> None:
    asked = ask(replace(Criteria(phone="8 916 123-45-67 доб. 12"), extension="77"))

    assert asked.extension == "77"


@pytest.mark.parametrize(
    ("wanted", "person", "title"),
    [
        ("Аварийное освещение\nсклада", "Ковалёва М. С.", "Аварийное освещение — Ковалёва М. С."),
        ("", "Ковалёва М. С.", "Ковалёва М. С."),
        ("  \n Кран", "", "Кран"),
        ("", "", ""),
        ("слово " * 60, "Иванов", "слово " * 19 + "слово… — Иванов"),
    ],
)
def test_the_title_is_what_is_wanted_and_the_persons_name(wanted: str, person: str, title: str) -> None:
    assert title_of(wanted, person) == title
