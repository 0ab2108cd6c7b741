"""What no person types and no program should send."""

from random import Random
from typing import Any

from web.pages import settings_forms as forms
from web.pages.cards_fields import LABELS
from web.pages.wizard_form import LENGTHS

TEXTS = (
    "", " ", "0", "-1", "+1", "1.5", "9999999999", str(2**31), str(2**63), str(10**40), "1e400", "NaN",
    "sNaN", "-Infinity", "٣٣٣", "²", "null", "true", "[]", "{}", "0x10", "2026-02-30", "0001-01-01T00:00",
    "9999-12-31T23:59", "1900-01-01T00:00+23:59", "2026-01-01T00:00,99999999999999999999",
    "2026-01-01T00:00:00,1", "2026-01-01T00:00:00+00:00,99999999999", "2026-01-01T00:00:00~1",
    "0001-01-01T00:00:00+14:00~1", "<script>alert(1)</script>", '" onmouseover="alert(1)',
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0", "\u202eabc\u202c", "x" * 10_000, "Ы" * 10_000, "%s%(name)s%d{0}{{7*7}}",
    "' OR 1=1 --", "\r\nSet-Cookie: a=b", "../../etc/passwd", "account:99999999999", "account:²", "lead:0",
    "+" * 300, "@", "http://[", "a@b@c", "\ufeff", "🙂" * 200, "\n", ",", ",,1,²,", "8" * 400, "(" * 500,
    "*" * 300, "7916%", "_%_", "\\", "a\\", "ß" * 300, "İ" * 300, "доб. " * 50, "-" * 300, "ﷺ" * 120,
    "\x7f\x1b[31m", "-created", "-", "🇷🇺",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 2**200, 1.5, -0.0, [], {}, [[]], {"type": "new"}, "", " ", "x" * 30_000,
    "\0", "NaN", "1e400", "²", "2026-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    ["a"] * 500,
    "<script>", "\u202e", "🙂",
)  # fmt: skip
FORMS = (
    forms.PbxForm, forms.LineForm, forms.RuleForm, forms.UserForm, forms.StatusForm, forms.ConsentForm,
    forms.TokenForm,
)  # fmt: skip
NAMES = sorted(
    {
        *LENGTHS, *LABELS, *(name for form in FORMS for name in form.model_fields),
        *"""value text kind extension note shared point reason label user why status done title due to go
        choose login password next old new state number q page sort mine part show most after ids view channel
        line whose edit as before parent purpose locale timezone wizard sound theme search_mode session who
        self newcomer_kind pipeline_id letter_answer_minutes call_answer_minutes recording_url
        consent_purpose diff-name-x wizard_opens organisation responsible account contact lead
        interest""".split(),
    }
)  # fmt: skip


def spoilt_forms(form: dict[str, str], random: Random, times: int) -> list[dict[str, str]]:
    """The same garbage everywhere; and good forms of which one or two fields went wrong."""
    whole = [dict.fromkeys(NAMES, random.choice(TEXTS)[:900]) for _ in range(times)]
    wrong = [form | {name: random.choice(TEXTS) for name in random.sample(NAMES, 3)} for _ in range(times)]
    return [*whole, *wrong]


def spoilt_bodies(body: Any) -> list[Any]:
    """The body with each of its leaves, and each of its branches, replaced by each of VALUES."""
    found: list[Any] = []
    if isinstance(body, dict):
        for name, inner in body.items():
            found += [body | {name: other} for other in [*VALUES, *spoilt_bodies(inner)]]
    if isinstance(body, list):
        found += [[other] for inner in body for other in spoilt_bodies(inner)]
    return found
