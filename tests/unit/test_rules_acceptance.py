"""What a rule types into the wizard's second page: what was said, and nothing that makes it stumble."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake.automation.acceptance import Given, acceptance_of, title_from
from intake.automation.aims import Aim
from intake.automation.match import telling
from intake.model.prefill import Said
from intake.model.rules import Did, Do, Outcome, Plan, Rule, Subject
from intake.model.wizard import Acceptance, CreateInterest, Criteria, Newcomer, NewPerson, PartyKind

FORM = Subject(7, 1, "form", "form:3", datetime(2026, 11, 21, tzinfo=UTC), line="Заявка с сайта")
SAID = Said(
    Criteria(
        name="Ковалёва Марина", phone="8 495 100-20-30 доб. 5", email="M@firm.example",
        inn="7801234567/780101001",
    ),
    company="ООО «Клён»", position="директор", city="Тверь", wish="Столы", wanted="Столы\nи стулья",
)  # fmt: skip


def accepted(said: Said, **outcome: object) -> Acceptance:
    rule = Rule(1, 1, "", outcome=Outcome(do=Do.CREATE, **outcome))  # type: ignore[arg-type]
    return acceptance_of(Plan(rule, rule.outcome), Aim(Did.CREATED, newcomer=True), FORM, Given(said))


@pytest.mark.parametrize(
    ("template", "said", "title"),
    [
        ("{wanted} — {name} ({company})", SAID, "Столы — Ковалёва М. (ООО «Клён»)"),
        ("{wanted} — {name} ({company})", Said(Criteria(name="Марина"), wish="Столы"), "Столы — Марина"),
        ("{company}: {wanted}", Said(wish="Столы"), "Столы"),
        ("{form}, {phone}", Said(Criteria(phone="89161234567")), "Заявка с сайта, +7 916 123-45-67"),
        ("{nobody} {name.first} {wanted}", Said(wish="Столы"), "{name.first} Столы"),
        ("{wanted}", Said(wish="{phone}\0\nи {name}"), "{phone} и {name}"),  # what was said is no template
        ("{company}: {name}", Said(), ""),
        ("{wanted}" * 9, Said(wish="ы" * 500), "ы" * 300),
    ],
)
def test_a_title_is_made_of_what_was_said(template: str, said: Said, title: str) -> None:
    assert title_from(template, said, FORM) == title


def test_a_newcomer_is_what_was_said_of_them() -> None:
    acceptance = accepted(SAID)
    company, person, interest = acceptance.party, acceptance.contact, acceptance.interest
    assert isinstance(company, Newcomer)
    assert (company.name, company.inn, company.kpp, company.city) == (
        "ООО «Клён»",
        "7801234567",
        "780101001",
        "Тверь",
    )
    assert isinstance(person, NewPerson)
    assert (person.last_name, person.first_name, person.position) == ("Ковалёва", "Марина", "директор")
    assert [(one.text, one.extension) for one in person.points] == [
        ("+74951002030", "5"),
        ("m@firm.example", ""),
    ]
    assert isinstance(interest, CreateInterest)
    assert interest.wanted == "Столы\nи стулья"
    assert acceptance.request_key == "rule:7"


def test_what_is_no_inn_and_no_phone_stops_nothing() -> None:
    bad = replace(SAID, criteria=Criteria(name="Марина", inn="0000000000/1", phone="нет"))
    party, person = accepted(bad).party, accepted(bad).contact
    assert isinstance(party, Newcomer)
    assert isinstance(person, NewPerson)
    assert (party.inn, party.kpp, person.points) == ("", "", ())


def test_a_company_that_gave_no_persons_name_is_not_its_own_contact() -> None:
    nameless = replace(SAID, criteria=replace(SAID.criteria, name=SAID.company))
    person = accepted(nameless).contact
    assert isinstance(person, NewPerson)
    assert (person.last_name, person.first_name) == ("", "")


def test_who_gave_neither_name_nor_company_is_a_potential_client() -> None:
    party = accepted(Said(Criteria(phone="+74951002030")), newcomer="account").party
    assert isinstance(party, Newcomer)
    assert party.kind is PartyKind.LEAD


@pytest.mark.parametrize(
    ("name", "asked"),
    [("Марина", ""), ("Саша", ""), ("Ковалёва", "Ковалёва"), ("Марина Ковалёва", "Марина Ковалёва")],
)
def test_a_first_name_alone_is_not_searched_for(name: str, asked: str) -> None:
    assert telling(Said(Criteria(name=name, phone="1"))) == Criteria(name=asked, phone="1")


def test_with_a_first_name_alone_its_company_is_searched_for() -> None:
    assert telling(Said(Criteria(name="Марина"), company="ООО «Клён»")).name == "ООО «Клён»"
