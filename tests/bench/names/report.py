"""The tables that `make bench` prints: what was to be reached and what was, the peers, each category."""

from collections.abc import Mapping, Sequence

from tests.bench.names.measuring import GAP, MIX, TYPOS, Answer, Figures, by_category, figures, of

# what -> must, stretch
TARGETS: dict[str, tuple[str, str]] = {
    "1 M on SQLite, mixed p50 / p99": ("3 / 20 ms", "1 / 5 ms"),
    "1 M on PostgreSQL, mixed p50 / p99": ("3 / 20 ms", "1 / 5 ms"),
    "10 M on SQLite, warm p50 / p99": ("6 / 60 ms", "3 / 15 ms"),
    "names r@1 / r@10 on the mix": (".970 / .985", ".985 / .995"),
    "the gap to trigrams r@1 / r@10": ("—", "—"),
    "uniform random typos r@1 / r@10": (".960 / .980", ".975 / .990"),
    "several keys at once r@1 / r@10": (".980 / .995", ".990 / .999"),
    "several keys at once p50 / p99": ("—", "—"),
    "insert and index p50": ("2 ms", "0.5 ms"),
    "visible to others": ("at commit", "at commit"),
    "import of a million records": ("300 s", "90 s"),
    "index of 1 M, anew": ("—", "—"),
    "disk per record at 1 M": ("220 B", "130 B"),
    "first query after start": ("150 ms", "30 ms"),
    "memory for the first / 10 000 more": ("—", "—"),
}


def reached(got: Mapping[str, str]) -> str:
    """The last table of the specification; what was not measured is left out."""
    rows = [(what, must, stretch, got[what]) for what, (must, stretch) in TARGETS.items() if what in got]
    return table(("", "must", "stretch", "got"), rows)


def peers(answers_of: Mapping[str, Sequence[Answer]]) -> str:
    """Each engine's times on everything asked, and its shares of the mix, the gap and uniform typos."""
    heads = ("engine", "p50 / p95 / p99 ms", "mix r@1 / r@10", "gap r@1 / r@10", "uniform typos r@1 / r@10")
    rows = []
    for name, answers in answers_of.items():
        spent = figures(answers)
        parts = (shares(figures(of(some, answers))) for some in (MIX, GAP, TYPOS))
        rows.append((name, f"{spent.p50:.1f} / {spent.p95:.1f} / {spent.p99:.1f}", *parts))
    return table(heads, rows)


def categories(name: str, answers: Sequence[Answer]) -> str:
    rows = [_line(category, some) for category, some in by_category(answers).items()]
    for name_of_some, some in (("THE MIX", of(MIX, answers)), ("THE GAP TO TRIGRAMS", of(GAP, answers))):
        if some:
            rows.append(_line(name_of_some, some))
    return f"\n{name}\n" + table(("", "n", "r@1", "r@10", "p50 ms", "p95", "p99", "max", "p50 of CPU"), rows)


def share(part: float) -> str:
    return f"{part:.3f}".removeprefix("0")


def shares(found: Figures) -> str:
    return f"{share(found.first)} / {share(found.shown)}"


def times(found: Figures) -> str:
    return f"{found.p50:.1f} / {found.p99:.1f} ms"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """As Markdown, with columns that stand under each other."""
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in (heads, *rows)]
    return "\n".join((lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]))


def _line(name: str, answers: Sequence[Answer]) -> tuple[str, ...]:
    found = figures(answers)
    spent = (found.p50, found.p95, found.p99, found.slowest, found.cpu)
    return name, str(found.count), share(found.first), share(found.shown), *(f"{one:.2f}" for one in spent)
