"""Brings letters by SMTP from a process of its own: python -m tests.bench.senders PORT LETTERS CONNECTIONS

Prints how many milliseconds each took, from MAIL to 250, and how many seconds all of them, as JSON.
"""

import json
import smtplib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP

TEXT = """Здравствуйте!

Просим рассчитать стоимость поставки бетона М300 и щебня фракции 20–40 на объект в Химках.
Объём около {number} м³, нужно до конца недели. Позвоните, пожалуйста, до 18:00.

--
С уважением,
Сергей Никифоров, начальник отдела снабжения
ООО «СтройМонтаж-{number}», ИНН 7701234567
тел. +7 (495) 123-45-67 доб. {extension}, моб. 8 916 {mobile}
s.nikiforov{number}@stroymontazh.example | stroymontazh.example

22.11.2026, 10:15, «Ромашка» <info@firma.example> пишет:
"""
QUOTED = (
    "> Добрый день! Высылаем прайс-лист на бетон, раствор и нерудные материалы, цены действуют до конца.\n"
)


def letter(number: int) -> bytes:
    """About five kilobytes: an answer with a signature and what is quoted, as text and as HTML."""
    known = {"number": number, "extension": number % 1000, "mobile": f"{number % 10_000_000:07}"}
    text = TEXT.format(**known) + QUOTED * 4
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Сергей Никифоров <s.nikiforov{number}@stroymontazh.example>"
    message["To"] = "info@firma.example"
    message["Subject"] = f"Re: Заявка на бетон, объект {number}"
    message["Date"] = "Sun, 22 Nov 2026 10:30:00 +0300"
    message["Message-ID"] = f"<{number}.{time.time_ns()}@stroymontazh.example>"
    message.set_content(text, cte="base64")
    message.add_alternative(
        f"<html><body><p>{text.replace(chr(10), '<br>')}</p></body></html>", "html", cte="base64"
    )
    return message.as_bytes()


def bring(port: int, letters: list[bytes]) -> list[float]:
    spent = []
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo("bench.example")
        for one in letters:
            begun = time.perf_counter()
            client.sendmail("s.nikiforov@stroymontazh.example", ["info@firma.example"], one)
            spent.append((time.perf_counter() - begun) * 1000)
    return spent


def main(port: int, count: int, connections: int) -> None:
    made = [letter(number) for number in range(count)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        spent = pool.map(lambda first: bring(port, made[first::connections]), range(connections))
        milliseconds = [one for each in spent for one in each]
    seconds = time.perf_counter() - begun
    size = sum(map(len, made)) // count
    sys.stdout.write(json.dumps({"seconds": seconds, "milliseconds": milliseconds, "size": size}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
