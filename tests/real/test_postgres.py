import asyncpg
import pytest

from tests.real.postgres import Postgres

pytestmark = pytest.mark.real


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_a_fresh_database_is_empty_and_answers(postgres_database: str) -> None:
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"

    assert await ask(postgres_database, tables) == 0


async def test_a_copy_of_a_database_holds_what_the_template_held(postgres: Postgres) -> None:
    template = postgres.create_database()
    await ask(postgres.url(template), "CREATE TABLE said AS SELECT 'Ёлка' AS word")
    copy = postgres.create_database(template)

    assert await ask(postgres.url(copy), "SELECT word FROM said") == "Ёлка"
    postgres.drop_database(copy)
    postgres.drop_database(template)


def test_the_server_comes_back_with_what_it_held(postgres: Postgres) -> None:
    name = postgres.create_database()
    postgres.stop()
    postgres.start()

    postgres.drop_database(name)
