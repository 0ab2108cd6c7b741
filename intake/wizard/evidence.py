"""The numbers that people argue about: what each proof says for a hit, how sure the sum is.

Bits as Fellegi and Sunter count them, each one more doubling of the odds; scaled so that a key of one's own
says ten. What is missing on the card says nothing. A name says as much as its words are rare.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# A key of one's own decides; a piece of one, or one nearly right, only adds.
BITS = {
    "phone": 10.0, "phone-tail": 3.0, "phone-part": 2.0, "phone-near": 3.5, "former-phone": 4.5,
    "email": 10.0, "email-part": 2.0, "email-domain": 3.0, "email-near": 3.5, "former-email": 4.5,
    "messenger": 10.0, "messenger-part": 2.0, "site": 5.0, "site-part": 2.0,
    "inn": 10.0, "inn-kpp": 12.0, "other-kpp": 7.0, "inn-part": 2.0, "inn-near": 4.0,
    "interest-number": 10.0,
    "mentioned-phone": 3.0, "mentioned-email": 3.0, "mentioned-inn": 3.0,  # in a description or a note
    "name-beginning": 3.0, "name-part": 2.0,
    "shared-number": 5.0, "other-extension": 6.0, "of-account": 1.0,
    # against it
    "other-inn": -5.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policy:
    bits: Mapping[str, float] = field(default_factory=lambda: BITS)
    # names: what `tells` says of each word (3 … 15), for all that answer together
    of_word: float = 0.25  # times
    whole_name: float = 6.0  # and no more, however rare
    exactly: float = 0.5  # besides, when nothing is left over on either side
    # found otherwise than by oneself
    by_contact: float = 1.0  # taken off each proof when an account is found by its contact
    shared_owners: int = 3  # people; a number of more of them is shared, whether marked or not
    # how sure
    exact: float = 9.0
    probable: float = 5.0
    key: float = 4.0  # least bits of a key, without which nothing is exact, however much else fits
    # right nearly, or once, or only written down: less than a whole match, and makes nothing exact
    uncertain: frozenset[str] = frozenset(
        {
            "phone-near", "email-near", "inn-near", "former-phone", "former-email",
            "mentioned-phone", "mentioned-email", "mentioned-inn",
        }
    )  # fmt: skip


POLICY = Policy()
