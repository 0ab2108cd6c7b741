"""The bench's own idea of what is right, which no engine has a part in."""

from random import Random

import pytest

from intake.model.wizard import PartyKind
from tests.bench.names import slips
from tests.bench.names.facts import Record, Ref
from tests.bench.names.truth import Need, Truth, whole


def contact(number: int, last: str, first: str, middle: str = "", company: str = "") -> Record:
    return Record(PartyKind.CONTACT, number, "", None, last, first, middle, None, "", "", None, company)


def account(number: int, name: str) -> Record:
    return Record(PartyKind.ACCOUNT, number, name, "ООО", "", "", "", None, "", "", None, "")


@pytest.fixture
def truth() -> Truth:
    known = Truth()
    for record in (
        contact(1, "Иванов", "Иван", "Петрович", "Ромашка"),
        contact(2, "Семёнов", "Иван"),
        account(1, "ПК Ракурс"),
        account(2, "РК Ракурс"),
        account(3, "Школа № 12"),
    ):
        known.add(record)
    known.finish()
    return known


def people(*numbers: int) -> frozenset[Ref]:
    return frozenset(Ref(PartyKind.CONTACT, number) for number in numbers)


def test_all_words_must_be_there_in_any_order(truth: Truth) -> None:
    assert truth.answers(whole("Иван семенов")) == people(2)
    assert truth.answers(whole("иван")) == people(1, 2)
    assert not truth.answers(whole("Иван Ромашка"))


def test_each_initial_needs_a_word_of_its_own(truth: Truth) -> None:
    surname, letter = whole("Иванов"), Need(frozenset("и"), "begins")

    assert truth.answers((*surname, letter)) == people(1)
    assert not truth.answers((*surname, letter, letter))


def test_a_piece_may_stand_inside_a_word_but_not_of_the_company(truth: Truth) -> None:
    assert truth.answers((Need(frozenset({"етров"}), "inside"),)) == people(1)
    assert not truth.answers((Need(frozenset({"омашк"}), "inside"),))


def test_a_slip_that_stands_as_near_to_another_name_is_no_fair_question(truth: Truth) -> None:
    meant = whole("ПК Ракурс")

    assert truth.rivalled("ак ракурс", meant, truth.answers(meant))
    assert not truth.rivalled("пк раукрс", meant, truth.answers(meant))


@pytest.mark.parametrize("seed", range(50))
def test_a_slip_changes_a_letter_and_leaves_numbers_alone(seed: int) -> None:
    text = "Школа № 12 «Ромашка»"
    spoilt = slips.typed(text, Random(seed))

    assert spoilt != text
    assert "12" in spoilt


def test_the_other_layout_and_back() -> None:
    assert slips.other_layout("Ёж") == "~;"
    assert slips.other_layout("bdfyjd") == "иванов"


@pytest.mark.parametrize("seed", range(20))
def test_a_word_is_split_into_pieces_that_can_be_recognised(seed: int) -> None:
    parts = (slips.split("Стройсервис", Random(seed)) or "").split()

    assert "".join(parts) == "Стройсервис"
    assert min(map(len, parts)) >= 3
