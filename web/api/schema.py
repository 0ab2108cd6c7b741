"""What programs send and get: the contract of version 1. Unknown fields are refused, so that a slip of the
pen is an error and not a wish that nobody heard."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from intake.model.chats import AttachmentKind, ChatStatus
from intake.model.letters import LetterKind
from intake.model.wizard import Choice, Mode, PartyKind, Shown
from storage.tables.chats import ChatWay
from storage.tables.inquiries import Channel, DeclineReason, InquiryState
from storage.tables.letters import LetterWay, Sending

Text = Annotated[str, Field(max_length=300)]
Long = Annotated[str, Field(max_length=20_000)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(Sent):
    """Everything known of somebody; all that is filled counts at once."""

    name: Text = ""
    inn: Text = Field("", description="ИНН, or ИНН/КПП")
    phone: Text = Field("", description="Any notation; several numbers, «доб. 12»")
    extension: Annotated[str, Field(max_length=20)] = ""
    email: Text = ""
    other: Text = Field("", description="A messenger's nick, a site, the number of an interest")


class Search(Said):
    mode: Mode = Mode.INEXACT
    interests: Shown = Shown.ACTIVE
    area_code: Annotated[str, Field(pattern=r"^\d{3,5}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 30
    account_id: Id | None = Field(None, description="Chosen: narrows contacts and interests")
    lead_id: Id | None = None
    contact_id: Id | None = None


class Point(Sent):
    kind: Literal["phone", "email", "messenger", "site"]
    text: Annotated[str, Field(min_length=1, max_length=320)]
    extension: Annotated[str, Field(max_length=20)] = ""
    note: Annotated[str, Field(max_length=200)] = ""
    shared: bool = False


class StoredParty(Sent):
    type: Literal["stored"]
    kind: PartyKind
    id: Id


class NewParty(Sent):
    type: Literal["new"]
    kind: Literal[PartyKind.ACCOUNT, PartyKind.LEAD] | None = Field(
        None, description="Empty: by the administrator's setting"
    )
    name: Text = ""
    account_kind: Literal["company", "sole-trader", "person"] = "company"
    legal_form: Annotated[str, Field(max_length=40)] = ""
    inn: Text = ""
    kpp: Text = ""
    ogrn: Text = ""
    city: Text = ""
    points: Annotated[list[Point], Field(max_length=20)] = []


class StoredContact(Sent):
    type: Literal["stored"]
    id: Id


class NewContact(Sent):
    type: Literal["new"]
    last_name: Text = ""
    first_name: Text = ""
    middle_name: Text = ""
    position: Text = ""
    points: Annotated[list[Point], Field(max_length=20)] = []


class LinkedInterest(Sent):
    type: Literal["link"]
    id: Id


class NewInterest(Sent):
    type: Literal["new"]
    title: Text = Field("", description="Empty: a letter's subject, else what is wanted — the person's name")
    wanted: Long = ""
    status_id: Id | None = None
    source: Text = ""
    utm: dict[str, str] = {}
    amount: Decimal | None = None
    responsible_id: Id | None = None
    due: AwareDatetime | None = None
    members: Annotated[list[Id], Field(max_length=50)] = []


class PointChoice(Sent):
    of: PartyKind
    point: Point
    choice: Choice
    replaces: Id | None = None


class FieldChoice(Sent):
    of: PartyKind
    field: Annotated[str, Field(max_length=40)]
    value: Annotated[str, Field(max_length=500)]
    choice: Choice


class ConsentGiven(Sent):
    text_id: Id
    given: Literal["oral", "form", "letter", "chat", "paper"] = "oral"


class NextStep(Sent):
    kind: Literal["call", "letter", "task"]
    title: Text = ""
    due: AwareDatetime | None = None
    responsible_id: Id | None = None


class Accept(Sent):
    party: Annotated[StoredParty | NewParty, Field(discriminator="type")] | None = None
    contact: Annotated[StoredContact | NewContact, Field(discriminator="type")] | None = None
    interest: Annotated[LinkedInterest | NewInterest, Field(discriminator="type")]
    points: Annotated[list[PointChoice], Field(max_length=20)] = []
    fields: Annotated[list[FieldChoice], Field(max_length=20)] = []
    note: Long = ""
    labels: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20)] = []
    consent: ConsentGiven | None = None
    next_step: NextStep | None = None
    said: Said = Said()


class NewInquiry(Sent):
    """With `accept` it is accepted at once, else it waits in the queue."""

    said: Said = Said()
    subject: Annotated[str, Field(max_length=500)] = ""
    note: Long = ""
    accept: Accept | None = None


class Ignore(Sent):
    """Whoever is declined goes on the ignore list; undoing the decline takes them off."""

    what: Literal["sender", "domain"] = Field("sender", description="Or everybody of their domain")
    days: int = Field(0, ge=0, le=3_650, description="For how long; 0: for ever")


class Decline(Sent):
    reason: DeclineReason
    note: Long = ""
    ignore: Ignore | None = Field(None, description="Nothing of theirs makes work any more")


class InquiryList(Sent):
    state: Literal["open", "decided", "all"] = "open"
    channel: Channel | None = None
    mine: bool = False
    after: Annotated[str, Field(max_length=80)] = Field("", description="`next` of the page before")


class Inquiry(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    channel: Channel
    state: InquiryState
    opened_at: datetime
    touched_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    sender_name: str | None
    sender: str | None
    subject: str | None
    line: str | None
    queue: str | None
    misses: int
    account_id: int | None
    contact_id: int | None
    lead_id: int | None
    interest_id: int | None
    responsible_id: int | None
    holder_id: int | None
    decline_reason: DeclineReason | None
    note: str | None


class ValueSent(BaseModel):
    name: str
    label: str = Field(description="Empty for a field that the form does not have")
    value: str


class FileSent(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    field: str
    filename: str
    content_type: str
    size: int
    removed_at: datetime | None


class ConsentShown(BaseModel):
    id: int
    purpose: str
    version: int
    digest: str = Field(description="SHA-256 of the text")
    given: str
    at: datetime
    withdrawn_at: datetime | None


class FormRequest(BaseModel):
    number: int = Field(description="What the visitor was told")
    form_id: int
    form: str
    at: datetime
    via: str
    values: list[ValueSent]
    problems: dict[str, str] = Field(description="Field -> what is wrong with it: bad-phone, too-long …")
    files: list[FileSent]
    consents: list[ConsentShown]
    page: str
    referrer: str
    utm: dict[str, str]


class ChatFile(BaseModel):
    id: int
    kind: AttachmentKind
    filename: str
    content_type: str
    size: int
    title: str = Field(description="Of a place or a link; a contact's name; a sticker's emoji")


class ChatMessage(BaseModel):
    id: int
    dialogue_id: int
    messenger: str = Field(description="telegram, vk, max …")
    bot: str
    way: ChatWay
    at: datetime
    author: str = Field(description="Who of us, or who of a group; else whoever writes there")
    text: str
    files: list[ChatFile]
    reply_to: int | None
    edited_at: datetime | None
    deleted_at: datetime | None = Field(description="They took it back; the text stays here")
    status: ChatStatus | None = Field(description="Of what we wrote")


class WholeInquiry(Inquiry):
    requests: list[FormRequest] = Field(description="What came by forms, the oldest first")
    messages: list[ChatMessage] = Field(description="What was said in chats, the last 300, the oldest first")


class Inquiries(BaseModel):
    inquiries: list[Inquiry]
    next: str | None = Field(description="Ask for the page after this one with it; empty on the last page")


class Sender(BaseModel):
    email: str
    name: str
    phone: str | None = Field(description="Only where a form said it")
    why: str = Field(description="Where they were found: from, reply-to, form-body, forwarded")
    header_from: str = Field(description="The address in the From header, whoever is really asking")


class Recipient(BaseModel):
    role: str = ""
    email: str = ""
    name: str = ""


class FoundInLetter(BaseModel):
    names: list[str] = []
    companies: list[str] = []
    phones: list[str] = Field([], description="E.164, with «;ext=12» behind where there is an extension")
    emails: list[str] = []
    inns: list[str] = []
    sites: list[str] = []
    position: str = ""


class AttachmentShown(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    filename: str
    content_type: str
    size: int
    digest: str = Field(description="SHA-256 of its bytes, hex")
    inline: bool
    removed_at: datetime | None


class Letter(BaseModel):
    id: int
    way: LetterWay
    kind: LetterKind
    at: datetime
    sent_at: datetime | None = Field(description="By the sender's clock")
    message_id: str
    in_reply_to: str
    sender: Sender
    recipients: list[Recipient]
    subject: str
    text: str
    reply_text: str = Field(description="What is new in it")
    fields: dict[str, str] = Field(description="A contact form's, by what they mean")
    found: FoundInLetter
    problems: list[str]
    spam: str = Field(description="What a spam filter on the way said, when it said yes")
    quarantined: bool
    sending: Sending | None = Field(description="Of one that goes out")
    attachments: list[AttachmentShown]


class Letters(BaseModel):
    letters: list[Letter]


class Interest(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    wanted: str | None
    source: str | None
    utm: dict[str, Any]
    amount: Decimal | None
    status_id: int
    account_id: int | None
    contact_id: int | None
    lead_id: int | None
    responsible_id: int | None
    due: datetime | None
    inquired_at: datetime
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class Opened(BaseModel):
    inquiry_id: int


class Decided(BaseModel):
    inquiry_id: int
    action_id: int


class Undone(BaseModel):
    inquiry_id: int | None = Field(description="Empty when it had been opened by hand and is gone")


class ErrorText(BaseModel):
    code: str = Field(description="A stable word for programs")
    message: str = Field(description="A sentence for people, in the language asked for")
    fields: dict[str, Any] = Field(
        {}, description="Which fields are wrong and how, or who was first and when"
    )


class Error(BaseModel):
    error: ErrorText
