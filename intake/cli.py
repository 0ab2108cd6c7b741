"""The commands: `intake …`. Each imports what it needs when it runs, so that `--help` comes at once."""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from intake.errors import IntakeError
from intake.inspect import app as inspect

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from intake.settings import Settings

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(inspect, name="inspect")
search = typer.Typer(no_args_is_help=True, help="The index of names.")
app.add_typer(search, name="search")
duplicates = typer.Typer(no_args_is_help=True, help="Cards that may be of one party.")
app.add_typer(duplicates, name="duplicates")
rules = typer.Typer(no_args_is_help=True, help="Rules of automatic processing.")
app.add_typer(rules, name="rules")
user = typer.Typer(no_args_is_help=True, help="People who may sign in.")
app.add_typer(user, name="user")

Config = Annotated[Path | None, typer.Option(help="settings in TOML; `intake.toml` here when it exists")]
Kind = Annotated[str, typer.Argument(help="account, contact or lead")]
TableFile = Annotated[Path, typer.Argument(dir_okay=False, help="ends with .xlsx or .csv")]


@app.command()
def serve(config: Config = None) -> None:
    """Run the service."""
    from intake.log import set_up_logging
    from intake.service.run import serve as run

    settings = _settings(config)
    set_up_logging(settings.log_level, settings.log_format)
    _run(run(settings))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="where to listen on 127.0.0.1; 0 takes a free one")] = 8080,
    companies: Annotated[int, typer.Option(help="how large the world is")] = 3000,
    pace: Annotated[float, typer.Option(help="seconds between calls, on average")] = 12.0,
) -> None:
    """Run the service with a made-up world and a PBX that keeps ringing; nothing is kept."""
    from intake.demo.run import demo as run

    _run(run(port, companies, pace))


@app.command()
def migrate(config: Config = None) -> None:
    """Bring the database to this version's schema; a SQLite file is copied first."""
    from storage.schema import upgrade

    copy = _run(upgrade(_settings(config).database_url.get_secret_value()))
    typer.echo(f"the database is up to date{f'; the old one is kept as {copy}' if copy else ''}")


@app.command("import")
def import_clients(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX, XLS or vCard")],
    kind: Annotated[str, typer.Option(help="what is in it: account, contact or lead")] = "account",
    found: Annotated[str, typer.Option(help="what is there already: fill, overwrite or skip")] = "fill",
    column: Annotated[
        list[str] | None, typer.Option(help="«Heading=target» where the guess is wrong")
    ] = None,
    bad: Annotated[Path | None, typer.Option(help="where rows that were left out go, with reasons")] = None,
    config: Config = None,
) -> None:
    """Take a client base in; with a service running, that does it."""
    from intake.transfer import finish, import_file

    settings = _settings(config)
    columns = dict(text.rpartition("=")[::2] for text in column or [])
    done = _run(import_file(settings, file, kind, found, columns, lambda text: typer.echo(text, err=True)))
    counts = f"{done.made} new, {done.changed} changed, {done.skipped} there already, {done.bad} left out"
    typer.echo(f"{done.state}: {counts}")
    _run(finish(settings, done, bad or file.with_name(f"{file.stem}-left-out.csv")))


@app.command("export")
def export_clients(kind: Kind, file: TableFile, config: Config = None) -> None:
    """Write a client base to a file."""
    from intake.transfer import export_file

    typer.echo(f"{_run(export_file(_settings(config), kind, file))} records in {file}")


@app.command()
def new_key() -> None:
    """Print a new key for `secret_key`."""
    from storage.secrets import new_key as make

    typer.echo(make())


@app.command()
def reseal(config: Config = None) -> None:
    """Seal all secrets in the database with the first key of `secret_key`; the others can then go."""
    from storage.reseal import reseal as run
    from storage.secrets import use_keys

    settings = _settings(config)
    use_keys(settings.secret_keys())
    count = _run(run(settings.database_url.get_secret_value()))
    typer.echo(f"secrets sealed with the first key: {count}")


@search.command()
def rebuild(config: Config = None) -> None:
    """Build the index anew; on SQLite stop the service before."""
    from intake.searching import rebuild as run

    typer.echo(f"indexed: {_run(run(_settings(config)))} records")


@search.command()
def check(config: Config = None) -> None:
    """Tell what would not be found; ends with status 1 when there is anything."""
    from intake.searching import check as run

    problems = _run(run(_settings(config)))
    typer.echo("\n".join(problems) or "every record is found by each of its words")
    sys.exit(1 if problems else 0)


@duplicates.command()
def find(config: Config = None) -> None:
    """Look through the whole base at once; the service does it by itself, with rests."""
    from intake.pairs import find as run

    found = _run(run(_settings(config), lambda text: typer.echo(text, err=True)))
    typer.echo("pairs: " + ", ".join(f"{kind} {number}" for kind, number in found.items()))


@duplicates.command("export")
def export_pairs(kind: Kind, file: TableFile, config: Config = None) -> None:
    """Write the pairs that were found to a file, the surest first."""
    from intake.pairs import export_pairs as run

    typer.echo(f"{_run(run(_settings(config), kind, file))} pairs in {file}")


@rules.command("list")
def list_rules(config: Config = None) -> None:
    """Every rule in its order, with what it decided within thirty days."""
    from intake.rehearsing import listed

    typer.echo(_run(listed(_settings(config))))


@rules.command("try")
def try_rule(
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="a rule as JSON; - reads stdin")] = None,
    rule: Annotated[
        int | None, typer.Option(help="a stored rule, or in whose place the file's is asked")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="how far back")] = 7,
    event: Annotated[int | None, typer.Option(help="one event, with whoever is alike")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
    config: Config = None,
) -> None:
    """Tell what a rule would have done, beside what happened; nothing is written.

    Ends with status 1 for what is no rule, 3 when the rule fits nothing.
    """
    from intake import rehearsing

    if file is None and rule is None:
        raise typer.BadParameter("name a file or --rule")
    settings, text = _settings(config), None if file is None else _text(file)
    draft = _run(rehearsing.drafted(settings, text, rule))
    if event is not None:
        typer.echo(rehearsing.as_json(_run(rehearsing.tried_on(settings, draft, event))))
        return
    told = _run(rehearsing.tried(settings, draft, days))
    typer.echo(rehearsing.as_json(told) if as_json else rehearsing.told(told))
    sys.exit(0 if told.totals.fits else 3)


@app.command()
def replay(
    events: Annotated[list[int] | None, typer.Argument(help="numbers of events")] = None,
    since: Annotated[datetime | None, typer.Option(help="UTC; the default is a day ago")] = None,
    until: Annotated[datetime | None, typer.Option(help="UTC; the default is now")] = None,
    channel: Annotated[str, typer.Option(help="call, letter, form, or one of them: form:3")] = "",
    dry_run: Annotated[bool, typer.Option(help="tell only what would be done")] = False,
    config: Config = None,
) -> None:
    """Decide again by the rules of today; what people decided stays. One JSON object an event.

    Ends with status 3 when something that a rule had made could not be taken back.
    """
    from intake import rehearsing

    if not events and since is None and until is None:
        raise typer.BadParameter("name events, or a time by --since and --until")
    asked = rehearsing.Asked(tuple(events or ()), since, until, channel, dry_run)
    clean = _run(rehearsing.replayed(_settings(config), asked, typer.echo))
    sys.exit(0 if clean else 3)


@user.command()
def add(
    login: str,
    name: Annotated[str, typer.Option(prompt=True, help="as colleagues see it")],
    role: Annotated[str, typer.Option(help="operator, manager or administrator")] = "operator",
    extension: Annotated[str | None, typer.Option(help="their phone at the PBX")] = None,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
    config: Config = None,
) -> None:
    """Add somebody; the first administrator comes in this way."""
    from intake.people import add_user

    _run(add_user(_settings(config), login, name, role, extension, password))
    typer.echo(f"{login} may sign in")


@user.command("password")
def set_password(
    login: str,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
    config: Config = None,
) -> None:
    """Give somebody a new password; their browsers are signed out."""
    from intake.people import change_password

    _run(change_password(_settings(config), login, password))
    typer.echo(f"{login} has a new password")


def _text(file: Path) -> str:
    return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")


def _settings(config: Path | None) -> "Settings":
    from intake.settings import Mistakes, load_settings

    try:
        return load_settings(config)
    except Mistakes as mistakes:
        typer.echo(f"The settings are wrong:\n{mistakes}", err=True)
        sys.exit(2)


def _run(work: "Coroutine[Any, Any, Any]") -> Any:
    """Its result; an error of ours is told in a sentence, and ends with status 1."""
    os.umask(0o077)  # the database holds people's data: files that we make are for us alone
    try:
        return asyncio.run(work)
    except IntakeError as error:
        from web.i18n import preferred, speaking
        from web.messages import sentence

        with speaking(preferred(os.environ.get("LANG", "en").replace("_", "-"))):
            typer.echo(f"intake: {sentence(error)}", err=True)
        sys.exit(1)
