"""What a stored letter says of its sender, read when somebody looks."""

from intake.letters.about import said_of_sender
from intake.model.letters import Found, SenderFrom

SIGNED = "Нужны лампы.\n\n-- \nПётр Сидоров\n+7 916 555-01-01"
FORWARDED = (
    "Посмотри, пожалуйста.\n\n-- \nАнна\n+7 916 555-01-99\n\n"
    "---------- Forwarded message ---------\nОт: Пётр Сидоров <p.sidorov@romashka.example>\n"
    "Дата: пт, 13 мар. 2026 г. в 10:11\nТема: Лампы\nКому: <sales@our.example>\n\n" + SIGNED
)


def test_text_and_signature_say_who_wrote() -> None:
    said = said_of_sender(SIGNED, "", "Лампы", SenderFrom.FROM)
    assert (said.names, said.phones) == (("Пётр Сидоров",), ("+79165550101",))


def test_of_a_forward_the_letter_inside_says_it() -> None:
    said = said_of_sender(FORWARDED, "", "Fwd: Лампы", SenderFrom.FORWARDED)
    assert said.phones == ("+79165550101",)


def test_of_the_one_who_passes_a_letter_on_their_own_words_say_it() -> None:
    said = said_of_sender(FORWARDED, "", "Fwd: Лампы", SenderFrom.FROM)
    assert said.phones == ("+79165550199",)


def test_a_letter_without_text_says_nothing() -> None:
    assert said_of_sender("", "", "+7 916 555-01-01", SenderFrom.FROM) == Found()
