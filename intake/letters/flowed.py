"""format=flowed (RFC 3676): lines that end with a space go on in the next one."""

import re

_QUOTE = re.compile(r">*")


def unflowed(text: str, delsp: str) -> str:
    """Paragraphs as they were written; «-- » before a signature is no soft line end."""
    written: list[str] = []
    soft, depth = False, 0
    for line in text.replace("\r\n", "\n").split("\n"):
        quote = _QUOTE.match(line)
        deep = quote.end() if quote else 0
        content = line[deep:].removeprefix(" ")
        if soft and deep == depth and content != "-- ":
            written.append(content)
        else:
            written.append(f"\n{'> ' * deep}{content}")
        soft, depth = content.endswith(" ") and content != "-- ", deep
        if soft and delsp == "yes":
            written[-1] = written[-1][:-1]
    return "".join(written)[1:]
