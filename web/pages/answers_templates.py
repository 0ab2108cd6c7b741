"""A template put into what is typed."""

from intake.letters.templates import fill
from web.pages.answers_page import Scene


def put_in(typed: dict[str, str], found: Scene, template_id: int | None) -> dict[str, str]:
    """Above what is typed already; its subject only where there is none. An unknown template changes nothing.
    The language of the signature is the template's."""
    template = next((each for each in found.templates if each.id == template_id), None)
    if template is None:
        return typed
    text = fill(template.text, found.values).rstrip()
    below = typed.get("text", "").strip()
    return typed | {
        "text": f"{text}\n\n{below}" if below else text,
        "subject": typed.get("subject", "").strip() or fill(template.subject, found.values),
        "signature": template.language if typed.get("signature") else "",
    }
