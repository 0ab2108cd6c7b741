"""Letters of every kind, as mail programs send them: made, not recorded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from random import Random

from intake.demo import letter_files, letter_texts
from intake.demo.facts import World
from intake.demo.house import MAILBOX
from intake.demo.trade import SERVICES
from intake.demo.writers import Writer, known_writers, newcomers

NEWCOMERS = 0.35  # share of letters by people nobody knows
HOUSE = MAILBOX.address.rpartition("@")[2]
ROBOT = Writer("Сайт our.example", f"robot@{HOUSE}")


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter on its way: from whom its envelope says (empty for reports), and its bytes."""

    sender: str
    message: EmailMessage

    @property
    def raw(self) -> bytes:
        return self.message.as_bytes(policy=SMTP)


class Desk:
    """Whoever sits down to write. What was written is remembered, so that some letters answer others."""

    def __init__(self, world: World, rng: Random) -> None:
        self.rng = rng
        self._known, self._new = known_writers(world), newcomers(rng, world)
        self._sent: list[tuple[Writer, EmailMessage]] = []

    def letters(self, clock: Callable[[], datetime]) -> Iterator[Posted]:
        """Without end, one of each kind now and then; `clock` is when they are written."""
        kinds: list[tuple[int, Callable[[datetime], Posted]]] = [
            (44, self.request), (14, self.with_files), (12, self.form), (12, self.reply),
            (6, self.laid_out), (3, self.old_charset), (3, self.forwarded), (3, self.away),
            (3, self.news), (2, self.spam), (1, self.bounced), (2, self.hostile),
        ]  # fmt: skip
        makers, weights = [make for _, make in kinds], [weight for weight, _ in kinds]
        while True:
            yield self.rng.choices(makers, weights)[0](clock())

    def request(self, at: datetime, writer: Writer | None = None) -> Posted:
        writer = writer or self._writer()
        subject, text = self._said(letter_texts.REQUESTS)
        return self._remember(writer, letter(writer, subject, self._body(writer, text), at, self.rng))

    def with_files(self, at: datetime) -> Posted:
        writer = self._writer()
        subject, text = self._said(letter_texts.WITH_FILES)
        message = letter(writer, subject, self._body(writer, text), at, self.rng)
        message.add_attachment(letter_files.page(), "application", "pdf", filename="Техническое задание.pdf")
        if subject.startswith("Фото"):
            message.add_attachment(letter_files.photo(self.rng), "image", "png", filename="щит.png")
        else:
            csv = letter_files.table(self.rng)
            message.add_attachment(csv, "text", "csv", filename="Спецификация.csv")
        return self._remember(writer, message)

    def form(self, at: datetime) -> Posted:
        """The site's own contact form: the robot sends it, the visitor stands in the text."""
        visitor = next(self._new) if self.rng.random() < 0.7 else self.rng.choice(self._known)
        fields = {
            "Имя": visitor.name, "Компания": visitor.company, "Телефон": visitor.phone,
            "E-mail": visitor.email, "Сообщение": self._filled(self.rng.choice(letter_texts.FORMS)),
        }  # fmt: skip
        text = "Новая заявка с сайта\n\n" + "\n".join(
            f"{name}: {said}" for name, said in fields.items() if said
        )
        return Posted(ROBOT.email, letter(ROBOT, "Заявка с сайта our.example", text, at, self.rng))

    def reply(self, at: datetime) -> Posted:
        """To a letter of their own, which our answer would have quoted."""
        if not self._sent:
            return self.request(at)
        writer, before = self.rng.choice(self._sent[-12:])
        return Posted(
            writer.email, answered(writer, before, self.rng.choice(letter_texts.REPLIES), at, self.rng)
        )

    def laid_out(self, at: datetime) -> Posted:
        """HTML alone, as Outlook likes it."""
        writer = self._writer()
        signature = "<br>".join(writer.signature)
        html = self._filled(letter_texts.LAID_OUT, greeting=self._greeting(), signature=signature)
        message = letter(writer, self._filled("Запрос: {service}"), "", at, self.rng)
        message.set_content(html, subtype="html")
        return self._remember(writer, message)

    def old_charset(self, at: datetime) -> Posted:
        """cp1251 and koi8-r are still alive."""
        writer = self._writer()
        subject, text = self._said(letter_texts.REQUESTS)
        message = letter(writer, subject, "", at, self.rng)
        charset = self.rng.choice(("windows-1251", "koi8-r"))
        body = self._body(writer, text).encode(charset, "replace").decode(charset)
        message.set_content(body, charset=charset, cte="base64")
        return self._remember(writer, message)

    def forwarded(self, at: datetime) -> Posted:
        """A partner passes a client's letter on."""
        partner, client = self._writer(), next(self._new)
        subject, text = self._said(letter_texts.REQUESTS)
        head = f"От: {client.name} <{client.email}>\nДата: {at:%d.%m.%Y %H:%M}\n"
        head += f"Кому: {partner.email}\nТема: {subject}"
        intro = letter_texts.FORWARDED.format(partner=partner.name)
        whole = f"{intro}\n\n-------- Пересылаемое сообщение --------\n{head}\n\n{self._body(client, text)}"
        return Posted(partner.email, letter(partner, f"Fwd: {subject}", whole, at, self.rng))

    def away(self, at: datetime) -> Posted:
        writer = self.rng.choice(self._known)
        text = self.rng.choice(letter_texts.AWAY).format(domain=writer.domain, name=writer.name)
        message = letter(writer, "Автоответ: нет на месте", text, at, self.rng)
        message["Auto-Submitted"] = "auto-replied"
        return Posted("", message)

    def news(self, at: datetime) -> Posted:
        shop = Writer("Светотехника Сегодня", "news@shop.example")
        message = letter(
            shop, self.rng.choice(letter_texts.NEWS), "Читайте на сайте shop.example", at, self.rng
        )
        message["List-Unsubscribe"] = "<https://shop.example/unsubscribe>"
        message["Precedence"] = "bulk"
        return Posted(shop.email, message)

    def spam(self, at: datetime) -> Posted:
        subject, text = self.rng.choice(letter_texts.SPAM)
        sender = Writer("Отдел продвижения", f"seo{self.rng.randrange(99)}@promo.example")
        message = letter(sender, subject, text, at, self.rng)
        message["X-Spam-Flag"] = "YES"
        return Posted(sender.email, message)

    def bounced(self, at: datetime) -> Posted:
        robot = Writer("Mail Delivery System", "mailer-daemon@pochta.example")
        message = letter(robot, "Undelivered Mail Returned to Sender", letter_texts.BOUNCED, at, self.rng)
        message["Auto-Submitted"] = "auto-replied"
        return Posted("", message)

    def hostile(self, at: datetime) -> Posted:
        """Everything that must not run."""
        writer = next(self._new)
        html = self._filled(letter_texts.HOSTILE, greeting=self._greeting(), name=writer.name)
        message = letter(writer, self._filled("{service}"), "", at, self.rng)
        message.set_content(html, subtype="html")
        return Posted(writer.email, message)

    def _writer(self) -> Writer:
        return next(self._new) if self.rng.random() < NEWCOMERS else self.rng.choice(self._known)

    def _said(self, texts: tuple[tuple[str, str], ...]) -> tuple[str, str]:
        """Subject and text about the same thing."""
        subject, text = self.rng.choice(texts)
        about = self._about()
        return subject.format(**about), text.format(**about)

    def _filled(self, text: str, **more: str) -> str:
        return text.format(**self._about(), **more)

    def _about(self) -> dict[str, str]:
        service, _, _, wanted = self.rng.choice(SERVICES)
        return {"service": service, "wanted": wanted}

    def _greeting(self) -> str:
        return self.rng.choice(letter_texts.GREETINGS)

    def _body(self, writer: Writer, text: str) -> str:
        parting = self.rng.choice(letter_texts.PARTINGS)
        return "\n".join([self._greeting(), "", text, "", parting, *writer.signature]) + "\n"

    def _remember(self, writer: Writer, message: EmailMessage) -> Posted:
        self._sent.append((writer, message))
        return Posted(writer.email, message)


def letter(writer: Writer, subject: str, text: str, at: datetime, rng: Random) -> EmailMessage:
    """To our mailbox."""
    message = EmailMessage()
    message["From"] = formataddr((writer.name, writer.email), "utf-8")
    message["To"] = formataddr((MAILBOX.name, MAILBOX.address), "utf-8")
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{rng.getrandbits(96):x}@{writer.domain}>"
    if text:
        message.set_content(text, cte="8bit")
    return message


def answered(writer: Writer, before: EmailMessage, text: str, at: datetime, rng: Random) -> EmailMessage:
    """An answer within the thread, with what it answers quoted below."""
    subject = str(before["Subject"])
    named = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    plain = before.get_body(("plain",))
    quoted = "\n".join(f"> {line}" for line in (plain.get_content() if plain else "").splitlines())
    head = f"{at:%d.%m.%Y %H:%M}, {before['From']} пишет:"
    message = letter(writer, named, f"{text}\n\n{writer.name}\n\n{head}\n{quoted}\n", at, rng)
    message["In-Reply-To"] = str(before["Message-ID"])
    message["References"] = f"{before.get('References', '')} {before['Message-ID']}".strip()
    return message
