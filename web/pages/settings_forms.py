"""What the administrator may type into each form of the settings: checked here, plain values afterwards.

A field's label and hint are its title and description; an empty text is «not given».
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from intake.channels.asterisk.cdr_sources import source
from intake.errors import Rejected
from intake.matching.emails import read_email
from intake.matching.phones import read_phone
from intake.model.calls import TWINS
from storage.tables.interests import StatusKind
from storage.tables.people import Role, Scope
from web.i18n import gettext, mark
from web.readable import LARGEST_ID

SHORTEST_PASSWORD = 10


def _words(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _call_records(value: str) -> str:
    source(value)
    return value


def _mobile(value: str | None) -> str | None:
    phone = read_phone(value) if value else None
    if value and phone is None:
        raise ValueError("not a number")
    return phone.e164 if phone else None


def _email(value: str | None) -> str | None:
    email = read_email(value) if value else None
    if value and email is None:
        raise ValueError("not an address")
    return email.address if email else None


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
EmptyIsNone = BeforeValidator(lambda value: value or None)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.+-]*$", max_length=80)]
Twin = Annotated[
    str,
    StringConstraints(
        pattern=r"^(?:[A-Za-z0-9_.+-]+\{ext\}[A-Za-z0-9_.+-]*|\{ext\}[A-Za-z0-9_.+-]+)$", max_length=40
    ),
]
Digits = Annotated[str | None, StringConstraints(pattern=r"^[0-9]{2,20}$"), EmptyIsNone]
AreaCode = Annotated[str | None, StringConstraints(pattern=r"^[0-9]{3,5}$"), EmptyIsNone]


class Form(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class PbxForm(Form):
    name: Name = Field(title=mark("Name"))
    host: Name = Field(
        "127.0.0.1", title=mark("Address"), description=mark("Of Asterisk's manager port (AMI)")
    )
    port: int = Field(5038, ge=1, le=65535, title=mark("Port"))
    username: Name = Field(title=mark("Manager user"))
    secret: str = Field("", max_length=200, title=mark("Secret"), description=mark("Empty: stays as it is"))
    trunks: Annotated[list[Word], BeforeValidator(_words)] = Field(
        title=mark("Trunks"),
        description=mark("Outside lines as in channel names: PJSIP/mytrunk-0000002a is mytrunk"),
    )
    twins: Annotated[list[Twin], BeforeValidator(_words), Field(max_length=10)] = Field(
        list(TWINS),
        title=mark("Second telephones"),
        description=mark(
            "How their names are made of the extension: 99{ext} {ext}-web. Empty: nobody has any"
        ),
    )
    area_code: AreaCode = Field(
        None, title=mark("Area code"), description=mark("For callers with seven digits")
    )
    technology: Literal["PJSIP", "SIP", "Local"] = Field("PJSIP", title=mark("Telephones are"))
    context: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,79}$")] = Field(
        "from-internal",
        title=mark("Context"),
        description=mark("Of the dialplan, for click-to-call and transfer"),
    )
    dial_prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,6}$")] = Field(
        "", title=mark("Prefix"), description=mark("Before an outside number in place of +7, such as 8")
    )
    cdr: Annotated[str, BeforeValidator(_call_records)] = Field(
        "",
        max_length=500,
        title=mark("Call records"),
        description=mark("Path of Master.csv, or the URL of the cdr table"),
    )
    enabled: bool = Field(False, title=mark("Listen to it"))


class LineForm(Form):
    did: Annotated[str, StringConstraints(pattern=r"^[0-9+]{2,20}$")] = Field(
        title=mark("Number that people dial")
    )
    name: Name = Field(title=mark("Name on the card"))
    area_code: AreaCode = Field(None, title=mark("Area code"))
    source: Annotated[str | None, EmptyIsNone] = Field(
        None, max_length=120, title=mark("Source"), description=mark("Of the interests that it brings")
    )


class RuleForm(Form):
    prefix: Annotated[str, StringConstraints(pattern=r"^[0-9+]{1,20}$")] = Field(title=mark("Begins with"))
    replacement: Annotated[str, StringConstraints(pattern=r"^[0-9+]{0,20}$")] = Field(
        "", title=mark("Becomes")
    )
    trunk: Annotated[Word | None, EmptyIsNone] = Field(None, title=mark("Only of the trunk"))
    did: Digits = Field(None, title=mark("Only on the line"))


class UserForm(Form):
    name: Name = Field(title=mark("First and last name"))
    login: Name = Field(title=mark("Login"))
    role: Role = Field(Role.OPERATOR, title=mark("Role"))
    scope: Scope = Field(Scope.ALL, title=mark("Sees the records"))
    team_id: Annotated[Id | None, EmptyIsNone] = Field(None, title=mark("Team"))
    extension: Digits = Field(None, title=mark("Extension"), description=mark("Their telephone at the PBX"))
    mobile: Annotated[str | None, BeforeValidator(_mobile)] = Field(
        None, title=mark("Own mobile"), description=mark("A call from it is a colleague's, not a client's")
    )
    email: Annotated[str | None, StringConstraints(max_length=254), BeforeValidator(_email)] = Field(
        None, title=mark("E-mail"), description=mark("For notifications by letter")
    )
    password: str = Field(
        "",
        max_length=1024,
        title=mark("Password"),
        description=mark("At least 10 characters; empty: stays as it is"),
    )
    active: bool = Field(False, title=mark("May sign in"))


class TeamForm(Form):
    name: Name = Field(title=mark("Name"))


class PipelineForm(Form):
    name: Name = Field(title=mark("Name"))
    position: int = Field(
        0, ge=0, le=1000, title=mark("Place in the order"), description=mark("The first is the default")
    )


class StatusForm(Form):
    name: Name = Field(title=mark("Name"))
    position: int = Field(
        0,
        ge=0,
        le=1000,
        title=mark("Place in the order"),
        description=mark("New interests begin at the first"),
    )
    kind: StatusKind = Field(StatusKind.OPEN, title=mark("Means"))


class ConsentForm(Form):
    purpose: Name = Field(title=mark("Purpose"))
    text: Annotated[str, StringConstraints(min_length=10, max_length=10_000)] = Field(
        title=mark("Text to read out")
    )


class TokenForm(Form):
    name: Name = Field(title=mark("What it is for"))
    user_id: Id = Field(title=mark("In whose name"))


def complaints(wrong: Iterable[str]) -> dict[str, str]:
    """The sentence that stands beside each wrong field."""
    return dict.fromkeys(wrong, gettext("This makes no sense here."))


def read(form: type[Form], typed: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The values, and the names of the fields that make no sense (then no values)."""
    try:
        return form(**typed).model_dump(), set()
    except ValidationError as error:
        return {}, {str(part["loc"][0]) for part in error.errors()}
    except Rejected:  # a call record source that cannot be
        return {}, {"cdr"}
