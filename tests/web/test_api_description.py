"""What programs are told of the API: valid, whole, and in its own words."""

import inspect
from typing import Any

from openapi_spec_validator import validate

from intake.model import hits, wizard
from tests.site import Site
from web.api import ENDPOINTS, finding, inquiries, openapi, schema, visitors, words


async def test_the_description_is_valid_and_names_every_route(site: Site) -> None:
    answer = await (await site.browser()).get("/api/v1/openapi.json")

    description = await answer.json()
    validate(description)
    assert description["openapi"].startswith("3.1")
    named = {(path, method) for path, methods in description["paths"].items() for method in methods}
    ours = {(one.path.replace(r"{id:\d+}", "{id}"), one.method.lower()) for one in ENDPOINTS}
    of_visitors = {
        (path, method) for path, methods in visitors.paths(words.OPERATIONS).items() for method in methods
    }
    assert named == ours | of_visitors


async def test_the_description_is_in_the_words_of_the_api_and_not_of_the_code(site: Site) -> None:
    description = await (await (await site.browser()).get("/api/v1/openapi.json")).json()
    operations = [one for methods in description["paths"].values() for one in methods.values()]
    schemas = description["components"]["schemas"]

    assert {one["operationId"] for one in operations} == set(words.OPERATIONS)
    assert set(schemas) == set(words.SCHEMAS), "each needs words in web/api/words.py, and no words are idle"
    assert all(one["description"].strip() for one in [*operations, *schemas.values()])
    code = [schema, hits, wizard, openapi, finding, inquiries]
    docstrings = {
        inspect.cleandoc(thing.__doc__)
        for module in code
        for thing in (module, *vars(module).values())
        if inspect.getmodule(thing) in code and getattr(thing, "__doc__", None)
    }
    assert docstrings.isdisjoint(all_of("description", description))


def all_of(key: str, part: Any) -> list[str]:
    match part:
        case dict():
            here = [value for name, value in part.items() if name == key and isinstance(value, str)]
            return here + [said for one in part.values() for said in all_of(key, one)]
        case list():
            return [said for one in part for said in all_of(key, one)]
    return []
