"""The numbers that people argue about: what speaks for two cards being of one party, and how loudly.

Bits as Fellegi and Sunter count them: each is one more doubling of the odds. What only these two have says
all of it; with each doubling of those who have the same it says one bit less.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Policy:
    # for it, when nobody else has the same
    points: dict[str, float] = field(
        default_factory=lambda: {"phone": 9.0, "email": 9.0, "messenger": 9.0, "site": 4.0}
    )
    shared: float = 1.0  # a line of many people
    shared_owners: int = 3  # more than so many make it one, whether marked or not
    switchboard: float = 4.0  # one has an extension there, the other none is known of
    other_extension: float = 1.0
    inn: float = 18.0  # the same, and no other КПП
    whole_name: float = 7.5  # three words or more; a company's whole name too
    two_words: float = 6.0
    one_word: float = 3.0
    same_account: float = 4.0  # a client has few people: their names are not a crowd's
    same_city: float = 0.7
    # against it
    other_inn: float = -16.0
    other_kpp: float = -30.0  # a branch of the same company
    other_patronymic: float = -9.0
    other_name: float = -6.5
    unlike_name: float = -2.0  # something of it is alike: a surname that changed, a company renamed
    other_city: float = -1.0
    # likeness of names, 0 … 1
    alike: float = 0.78  # and above: the same name in another spelling
    unlike: float = 0.45  # and below: another name
    same_word: float = 0.75  # and above: two spellings of one patronymic
    # what is found
    probable: float = 8.0
    possible: float = 5.0
    # where it stops
    mistaken_from: int = 5  # sounds from which a name is looked for with a letter wrong
    halved_from: int = 10  # sounds from which a name is also looked for by either half
    shown_of_card: int = 10


POLICY = Policy()
