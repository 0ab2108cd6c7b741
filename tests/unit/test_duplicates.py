"""What speaks for two cards being of one party, and what against."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.duplicates.choosing import Merging, Side, decided, joined, preferred, suggested
from intake.duplicates.evidence import verdict
from intake.duplicates.keys import kind_of, name_keys
from intake.duplicates.policy import POLICY
from intake.errors import Rejected
from intake.matching.names import fold
from intake.model.duplicates import Crowd, Facts, Likelihood, Reach, Verdict
from intake.model.wizard import PartyKind
from storage.columns import now
from storage.tables.parties import Contact

PROBABLE, POSSIBLE = Likelihood.PROBABLE, Likelihood.POSSIBLE
PHONE = (Reach("phone", "+79161234567"),)
NICK = (Reach("messenger", "gleb"),)
IVANOV = Facts(PartyKind.CONTACT, 1, "иванов", "иван", "иванович")
GLEB = Facts(PartyKind.CONTACT, 2, "кржижановский", "глеб", "максимилианович")


def person(name: str, **values: Any) -> Facts:
    last, first, middle = [*name.split(), "", "", ""][:3]
    return Facts(PartyKind.CONTACT, 9, last, first, middle, **values)


def company(name: str, id_: int = 9, **values: Any) -> Facts:
    return Facts(PartyKind.ACCOUNT, id_, company=name, **values)


def of(one: Facts, other: Facts, **crowd: Any) -> Verdict:
    return verdict(one, replace(other, id=one.id + 1), Crowd(**crowd))


def codes(found: Verdict) -> set[str]:
    return {each.code for each in found.evidence}


def known_by(one: Facts, other: Facts, people: int) -> dict[int, int]:
    return dict.fromkeys(name_keys(one) & name_keys(other), people)


def test_the_same_phone_and_name_are_probably_one():
    assert of(replace(GLEB, points=PHONE), replace(GLEB, points=PHONE)).likelihood is PROBABLE


def test_a_name_alone_is_possibly_one_however_rare():
    assert of(GLEB, GLEB).likelihood is POSSIBLE
    assert of(company("северный свет"), company("северный свет")).likelihood is POSSIBLE


def test_a_common_name_says_nothing_and_a_rare_one_much():
    common = of(IVANOV, IVANOV, names=known_by(IVANOV, IVANOV, 400))
    rare = of(IVANOV, IVANOV, names=known_by(IVANOV, IVANOV, 2))
    assert common.likelihood is None
    assert rare.bits > common.bits
    assert common.bits == 0


def test_the_more_have_a_phone_the_less_it_says():
    one, key = person("иванов", points=PHONE), ("phone", PHONE[0].value)
    bits = [of(one, one, points={key: owners}).bits for owners in (2, 3, 4, 40)]
    assert bits == sorted(bits, reverse=True)
    assert codes(of(one, one, points={key: POLICY.shared_owners + 1})) == {"shared", "name"}


def test_what_is_marked_as_shared_says_little_though_only_two_have_it():
    line = (replace(PHONE[0], shared=True),)
    assert of(person("", points=line), person("", points=PHONE)).likelihood is None


def test_an_extension_is_another_desk_and_an_unknown_one_is_a_switchboard():
    desk, other = (replace(PHONE[0], extension="12"),), (replace(PHONE[0], extension="14"),)
    alone = person("")
    assert codes(of(replace(alone, points=desk), replace(alone, points=other))) == {"other-extension"}
    assert codes(of(replace(alone, points=desk), replace(alone, points=PHONE))) == {"switchboard"}
    assert codes(of(replace(alone, points=desk), replace(alone, points=desk))) == {"phone"}


def test_what_is_missing_is_not_different():
    known = replace(GLEB, points=PHONE, city="тула", inn="7707083893", kpp="770701001")
    unknown = replace(GLEB, middle="", points=PHONE)
    assert not any(each.bits < 0 for each in of(known, unknown).evidence)


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (person("иванов иван ильич"), person("иванов иван петрович"), "other-patronymic"),
        (person("иванов иван и"), person("иванов иван петрович"), "other-patronymic"),
        (person("иванов иван"), person("громова ольга"), "other-name"),
        (person("иванова ольга"), person("громова ольга"), "unlike-name"),
        (person("иванов", city="тула"), person("иванов", city="омск"), "other-city"),
        (company("свет", inn="1"), company("свет", inn="2"), "other-inn"),
        (company("свет", inn="1", kpp="1"), company("свет", inn="1", kpp="2"), "other-kpp"),
        (company("ромашка"), company("василек"), "other-name"),
    ],
)
def test_what_is_different_speaks_against(one: Facts, other: Facts, code: str):
    found = of(one, other)
    assert code in codes(found)
    assert next(each.bits for each in found.evidence if each.code == code) < 0


def test_brothers_on_one_phone_are_two_and_so_are_colleagues():
    for one, other in (("иванов иван ильич", "громов петр львович"), ("иванов иван", "смирнова анна")):
        found = of(person(one, points=PHONE), person(other, points=PHONE))
        assert found.likelihood is None, (one, other)


def test_whoever_changed_her_surname_is_still_offered():
    assert of(person("иванова ольга", points=PHONE), person("громова ольга", points=PHONE)).likelihood


def test_a_branch_is_no_duplicate_whatever_else_is_the_same():
    one = company("свет", inn="7707083893", kpp="770701001", points=PHONE + NICK)
    assert of(one, replace(one, kpp="780101002")).likelihood is None
    assert of(one, replace(one, kpp="")).likelihood is PROBABLE


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("щербаков глеб", "shcherbakov gleb", "translit"),
        ("щербаков глеб", "щербакоф глеб", "typo"),
        ("щербаков саша", "щербаков александр", "name"),
        ("щербаков и и", "щербаков иван ильич", "initial"),
    ],
)
def test_it_is_said_in_which_way_names_are_alike(one: str, other: str, how: str):
    (found,) = of(person(one), person(other)).evidence
    assert (found.code, found.params["how"]) == ("name-like", how)


def test_the_beginning_of_a_companys_name_is_another_name():
    assert of(company("рома"), company("ромашка")).bits < 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("иванов иван иванович", "иванович иван иванов"),
        ("щербаков глеб олегович", "shcherbakov gleb olegovich"),
        ("кржижановский глеб олегович", "кржижановсий глеб олегович"),
        ("зильберштейн саша", "зильберштейн александр ильич"),
        ("ухтомский и и", "ухтомский иван ильич"),
        ("ухтомский иван", "ухтомский иван ильич"),
    ],
)
def test_names_that_are_nearly_one_have_a_key_in_common(one: str, other: str):
    assert name_keys(person(one)) & name_keys(person(other))


def test_keys_of_different_kinds_never_meet():
    lead = replace(GLEB, kind=PartyKind.LEAD)
    assert not name_keys(GLEB) & name_keys(lead)
    assert {kind_of(key) for key in name_keys(lead)} == {PartyKind.LEAD}
    assert name_keys(person("")) == set()


WORDS = st.text("абвгд иваноABC12-", max_size=20).map(fold)
CARDS = st.builds(
    Facts,
    kind=st.just(PartyKind.LEAD),
    id=st.just(1),
    last=WORDS,
    first=WORDS,
    middle=WORDS,
    company=WORDS,
    inn=st.sampled_from(["", "1", "2"]),
    city=st.sampled_from(["", "тула", "омск"]),
    points=st.sampled_from([(), PHONE, PHONE + NICK]),
)


@given(CARDS, CARDS)
def test_any_two_cards_are_weighed_alike_from_both_sides(one: Facts, other: Facts):
    there, back = of(one, other), of(other, one)
    assert there.bits == back.bits
    assert codes(there) == codes(back)
    assert (there.likelihood is None) == (there.bits < POLICY.possible)


@pytest.mark.parametrize("pair", [("111", "11а"), ("Олегович", "Олеговчи")])
def test_patronymics_are_weighed_alike_from_both_sides(pair):
    one, other = (Facts(PartyKind.LEAD, number, middle=middle) for number, middle in enumerate(pair))
    assert of(one, other).bits == of(other, one).bits


@given(CARDS)
def test_a_card_is_never_unlike_its_own_copy(card: Facts):
    assert all(each.bits >= 0 for each in of(card, card).evidence)
    assert all(-(2**63) <= key < 2**63 for key in name_keys(card))


# What stays


def card(id_: int, **values: Any) -> Contact:
    return Contact(id=id_, last_name="Иванов", **values)


def test_the_card_that_says_more_is_suggested_to_stay_then_the_older():
    assert preferred(card(1), card(2, city="Тула"), {}) == 2
    assert preferred(card(1), card(2), {}) == 1
    assert preferred(card(2), card(1), {2: 5}) == 2


def test_nothing_that_only_one_of_them_says_is_lost():
    one, other = card(1, city="Тула", do_not_call=False), card(2, position="Директор", do_not_call=True)
    values = decided(Merging(PartyKind.CONTACT, 1, 2, 1), one, other)
    assert (values["city"], values["position"], values["do_not_call"]) == ("Тула", "Директор", True)


def test_the_earlier_beginning_and_the_later_talk_stay():
    begun, talked = now(), now()
    one, other = card(1, touched_at=talked), card(2, created_by=7)
    other.created_at, one.created_at = begun.replace(year=2001), begun
    values = decided(Merging(PartyKind.CONTACT, 1, 2, 1), one, other)
    assert (values["created_at"].year, values["created_by"], values["touched_at"]) == (2001, 7, talked)


def test_texts_are_joined_once():
    assert joined("а", "б") == "а\n\nб"
    assert joined("а б", "б") == "а б"
    assert joined("б", "а б") == "а б"
    assert joined(None, "б") == "б"
    assert suggested("description", card(1, description="а"), card(2, description="б")) is Side.BOTH


def test_only_texts_may_be_both():
    wish = Merging(PartyKind.CONTACT, 1, 2, 1, {"city": Side.BOTH})
    with pytest.raises(Rejected):
        decided(wish, card(1), card(2))
