"""The web forms, for programs that send to them: under which names, and what of it has to be there."""

from typing import Any

from pydantic import BaseModel, Field

from intake.model.forms import FieldKind, FormField
from storage.history import stored_id
from storage.tables.forms import WebForm
from storage.tables.work import ConsentText
from storage.webforms import consent_texts, every_form, fields_of
from web.api.endpoint import Call


class FieldDrawn(BaseModel):
    name: str = Field(description="What it is sent as; stays the same")
    label: str
    kind: FieldKind
    target: str = Field(description="What it fills: phone, email, company, interest.custom …")
    required: bool
    options: list[str]
    many: bool = Field(description="Several files")
    text_id: int | None = Field(description="Of a consent: the newest wording; agreed to as «text-ID»")


class FormDrawn(BaseModel):
    id: int
    key: str = Field(description="In its addresses: /f/KEY")
    name: str
    enabled: bool
    language: str
    fields: list[FieldDrawn]


class Forms(BaseModel):
    forms: list[FormDrawn]


async def list_forms(call: Call) -> Forms:
    """Those that are switched off stand last."""
    async with call.database.reading() as session:
        forms, texts = await every_form(session), await consent_texts(session)
    return Forms(forms=[_form(form, texts) for form in forms])


def _form(form: WebForm, texts: dict[str, ConsentText]) -> FormDrawn:
    values: dict[str, Any] = {name: getattr(form, name) for name in ("key", "name", "enabled", "language")}
    fields = [_field(each, texts.get(each.purpose)) for each in fields_of(form)]
    return FormDrawn(id=stored_id(form), fields=fields, **values)


def _field(field: FormField, text: ConsentText | None) -> FieldDrawn:
    return FieldDrawn(
        name=field.name,
        label=field.label,
        kind=field.kind,
        target=field.target,
        required=field.required,
        options=list(field.options),
        many=field.many,
        text_id=text.id if text else None,
    )
