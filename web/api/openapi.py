"""OpenAPI 3.1, written from the route table and the models. `/api/v1/openapi.json`."""

from typing import Any

from pydantic import BaseModel, TypeAdapter

from web.api import schema, visitors, words
from web.api.endpoint import Endpoint

REF = "#/components/schemas/{model}"
MEANINGS = {
    401: "No token, or one that was revoked",
    403: "It is not yours to do",
    404: "There is no such thing, or none that you may see",
    409: "Somebody was first, or the thing has changed: look again",
    422: "What was sent is wrong: correct it, then send again",
    429: "Too many requests: wait a minute",
}
EVERYWHERE = (401, 422, 429)
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key again is answered as the first time; nothing is done twice",
    "schema": {"type": "string", "maxLength": 160},
}
ID: dict[str, Any] = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}


def document(endpoints: tuple[Endpoint, ...], version: str) -> dict[str, Any]:
    """The whole description as JSON takes it."""
    schemas, definitions = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        path = endpoint.path.replace(r"{id:\d+}", "{id}")
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Intake", "version": version, "description": words.WHOLE},
        "security": [{"token": []}],
        "paths": paths | visitors.paths(words.OPERATIONS),
        "components": {
            "schemas": definitions | {name: _described(name, one) for name, one in visitors.SCHEMAS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(endpoints: tuple[Endpoint, ...]) -> tuple[dict[Any, Any], dict[str, Any]]:
    """The schema of each (type, direction), and the definitions that they refer to."""
    wanted: list[tuple[Any, Any, TypeAdapter[Any]]] = [("error", "serialization", TypeAdapter(schema.Error))]
    for endpoint in endpoints:
        name = _name(endpoint)
        wanted.append((name, "serialization", TypeAdapter(endpoint.answers)))
        if model := endpoint.body or endpoint.query:
            wanted.append((name, "validation", TypeAdapter(model)))
    schemas, rest = TypeAdapter.json_schemas(wanted, ref_template=REF)
    return schemas, {name: _described(name, one) for name, one in rest.get("$defs", {}).items()}


def _described(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """In the words of the API, not in those of the code."""
    plain = {key: value for key, value in definition.items() if key != "description"}
    return plain | ({"description": words.SCHEMAS[name]} if name in words.SCHEMAS else {})


def _operation(endpoint: Endpoint, schemas: dict[Any, Any]) -> dict[str, Any]:
    name = _name(endpoint)
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": endpoint.summary,
        "description": words.OPERATIONS[name],
        "parameters": _parameters(endpoint),
        "responses": {
            str(endpoint.status): _json("Done", schemas[name, "serialization"]),
            **{
                str(code): _json(MEANINGS[code], schemas["error", "serialization"])
                for code in sorted({*EVERYWHERE, *endpoint.errors})
            },
        },
    }
    if endpoint.body is not None:
        content = _json("", schemas[name, "validation"])["content"]
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    parameters = [ID] if "{id" in endpoint.path else []
    if endpoint.keyed:
        parameters = [*parameters, KEY]
    if endpoint.query is not None:
        parameters = [*parameters, *_of_query(endpoint.query)]
    return parameters


def _of_query(model: type[BaseModel]) -> list[dict[str, Any]]:
    whole = model.model_json_schema(ref_template=REF)
    definitions = {name: _described(name, one) for name, one in whole.get("$defs", {}).items()}
    return [
        {"name": name, "in": "query", "schema": _without_references(part, definitions)}
        for name, part in whole["properties"].items()
    ]


def _without_references(part: Any, definitions: dict[str, Any]) -> Any:
    """A parameter's own schema: enumerations written out, so that it needs no definitions."""
    match part:
        case {"$ref": str(reference), **rest}:
            return definitions[reference.rpartition("/")[2]] | rest
        case {"anyOf": list(choices), **rest}:
            return rest | {"anyOf": [_without_references(one, definitions) for one in choices]}
    return part


def _json(description: str, of: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": of}}}


def _name(endpoint: Endpoint) -> str:
    by_body = endpoint.method == "POST" and endpoint.handler.__name__ == "search_all"
    return endpoint.handler.__name__ + ("_by_body" if by_body else "")
