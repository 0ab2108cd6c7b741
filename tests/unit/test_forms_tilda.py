"""Tilda's webhook, as its servers call it."""

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from intake.channels.forms import tilda
from intake.channels.forms.bodies import from_urlencoded
from intake.channels.forms.understanding import understood
from intake.model.forms import FieldKind, FormField

UTM = quote("utm_source=yandex|||utm_campaign=осень")
COOKIES = f"_ym_uid=1600; TILDAUTM={UTM}; previousUrl={quote('shop.example/doors?yclid=77')}"
SENT = (
    f"Name={quote('Анна Петрова')}&Phone=%2B7+%28916%29+123-45-67&Email=anna%40a.example"
    f"&Comments={quote('Дверь')}"
    f"&colour={quote('белая')}&tranid=100%3A7&formid=form5&COOKIES={quote(COOKIES)}"
)
PAIRS = from_urlencoded(SENT.encode()).pairs
DRAWN = (
    FormField("visitor", "Как вас зовут", target="name", required=True),
    FormField("colour", "Цвет", FieldKind.CHOICE, options=("белая", "серая")),
    FormField("agree", "Согласие", FieldKind.CONSENT, required=True, purpose="Обработка"),
)


def test_the_trial_call_is_known() -> None:
    assert tilda.is_trial((("test", "test"),))
    assert tilda.is_trial((("test", "test"), ("key", "secret")))
    assert not tilda.is_trial(PAIRS)


def test_its_fields_fill_ours_and_nothing_is_lost() -> None:
    fields = tilda.fields_for(PAIRS, DRAWN)

    read = understood(tilda.typed(PAIRS), fields, {})

    assert dict(read.said) == {
        "name": "Анна Петрова", "phone": "+7 (916) 123-45-67", "email": "anna@a.example", "wanted": "Дверь",
    }  # fmt: skip
    assert ("Name", "Как вас зовут", "Анна Петрова") in read.values
    assert ("colour", "Цвет", "белая") in read.values
    assert ("tranid", "", "100:7") in read.values
    assert read.problems == ()


def test_where_it_came_from_stands_in_the_cookies() -> None:
    page, utm = tilda.came_from(PAIRS)

    assert page == "shop.example/doors?yclid=77"
    assert dict(utm) == {
        "_ym_uid": "1600", "utm_campaign": "осень", "utm_source": "yandex", "yclid": "77",
    }  # fmt: skip


def test_the_requests_number_is_its_key() -> None:
    assert tilda.request_id(PAIRS) == "100:7"
    assert tilda.request_id(()) == ""


@given(
    st.lists(
        st.tuples(
            st.text(max_size=12) | st.sampled_from(["COOKIES", "tranid", "Name_2"]), st.text(max_size=60)
        )
    )
)
def test_nothing_is_too_odd(pairs: list[tuple[str, str]]) -> None:
    sent = tuple(pairs)
    tilda.came_from(sent)
    tilda.request_id(sent)
    understood(tilda.typed(sent), tilda.fields_for(sent, DRAWN), {})
