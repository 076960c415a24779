"""openapi_check.py OPENAPI.YAML RECORD - holds docs/openapi.yaml and the program together, both ways.

RECORD is what test/web/record.c wrote: the C tables (routes, fields, codes, names) and every exchange
of the tests with /api/.  Each check prints a TAP line; the exit status says whether all held.
"""

import json
import sys

import jsonschema
import yaml

MUST_BE_OBJECTS = {"OBJECT": "object", "TEXT": "string", "INT": "integer", "FLAG": "boolean"}

# Where the file lists names, and the C table they come from.
ENUMS = {
    "OrderState": "order",
    "Order.payment.state": "payment",
    "Order.payment.method": "method",
    "Order.delivery.state": "delivery",
    "Refund.state": "refund",
    "Refund.reason": "event",
    "Quote.method": "method",
    "Quote.warnings[].code": "warning",
    "Rate.source": "source",
    "Pack.kind": "pack",
    "Fact.kind": "fact",
    "KeepRule.kind": "keep_kind",
    "KeepRule.counts[]": "keep_event",
    "KeepRule.works_when_suspended": "works",
    "KeepRule.can_buy_when_suspended": "buys",
    "Origin.sureness": "sureness",
    "Brand.payments[]": "line_payment",
    "Line.payment": "line_payment",
    "Line.state": "line",
    "Why.cause": "cause",
    "SandboxRequest.outcome": "outcome",
    "SandboxRequest.carrier": "carrier",
}
# "none" of these tables is no name of the API: nothing is paid by it, nothing counts as it.
WITHOUT_NONE = {"method", "keep_event"}

# The words of JSON Schema that the file uses; a comma too many in YAML's {} makes a new one.
WORDS = set("""type required properties items enum const oneOf anyOf description format pattern minimum maximum
    minLength maxLength default examples additionalProperties x-name""".split())

failed = 0


def tell(good, name, *details):
    global failed
    print(("ok - " if good else "not ok - ") + name)
    if not good:
        failed = 1
        for detail in details[:20]:
            print("  " + str(detail))


class Strict(yaml.SafeLoader):
    """Refuses a key that stands twice."""


def no_twice(loader, node, deep=False):
    keys = [loader.construct_object(key, deep=deep) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError("line %d: %s stands twice" % (node.start_mark.line + 1, key))
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, no_twice)


def resolve(document, ref):
    at = document
    assert ref.startswith("#/"), ref
    for part in ref[2:].split("/"):
        at = at[part.replace("~1", "/").replace("~0", "~")]
    return at


def whole(document, node, used):
    """The node with every $ref replaced by what it names; what is named is noted in `used`."""
    if isinstance(node, list):
        return [whole(document, item, used) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        used.add(node["$ref"])
        other = dict(resolve(document, node["$ref"]))
        other.update({key: value for key, value in node.items() if key != "$ref"})
        if node["$ref"].startswith("#/components/schemas/"):
            other["x-name"] = node["$ref"].rsplit("/", 1)[1]
        return whole(document, other, used)
    return {key: whole(document, value, used) for key, value in node.items()}


def named(document, path):
    """The schema of "Order.payment.state" or "KeepRule.counts[]"."""
    parts = path.split(".")
    schema = whole(document, {"$ref": "#/components/schemas/" + parts[0].replace("[]", "")}, set())
    for part in parts[1:]:
        schema = schema["properties"][part.replace("[]", "")]
        if part.endswith("[]"):
            schema = schema["items"]
    return schema


def walk(schema, value, name, seen, extra):
    """Notes each property that `value` has, and each that the schema does not know."""
    name = schema.get("x-name", name)
    for key in ("oneOf", "anyOf"):
        for choice in schema.get(key, []):
            if jsonschema.Draft202012Validator(choice).is_valid(value):
                walk(choice, value, choice.get("x-name", name), seen, extra)
    if isinstance(value, list):
        for item in value:
            walk(schema.get("items", {}), item, name + "[]", seen, extra)
    if isinstance(value, dict) and "properties" in schema:
        for key, item in value.items():
            if key not in schema["properties"]:
                extra.add(name + "." + key)
                continue
            filled = item is not None and item != []
            seen[name + "." + key] = seen.get(name + "." + key, False) or filled
            walk(schema["properties"][key], item, name + "." + key, seen, extra)
    elif isinstance(value, dict) and not any(key in schema for key in ("oneOf", "anyOf")):
        extra.add(name + ": an object without properties in the file")


def properties_of(schema, name, found):
    name = schema.get("x-name", name)
    for key in ("oneOf", "anyOf"):
        for choice in schema.get(key, []):
            properties_of(choice, name, found)
    if "items" in schema:
        properties_of(schema["items"], name + "[]", found)
    for key, item in schema.get("properties", {}).items():
        found.add(name + "." + key)
        properties_of(item, name + "." + key, found)


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, "/api/v1" + path, operation


def words(schema, where, wrong):
    """Notes every word of a schema that is none."""
    for key, value in schema.items():
        if key not in WORDS:
            wrong.append("%s: %s" % (where, key))
        elif key == "properties":
            for name, item in value.items():
                words(item, where + "." + name, wrong)
        elif key in ("oneOf", "anyOf"):
            for item in value:
                words(item, where, wrong)
        elif key == "items":
            words(value, where + "[]", wrong)


def same(name, file, code):
    missing, surplus = sorted(set(code) - set(file)), sorted(set(file) - set(code))
    tell(not missing and not surplus, name, "only in the program: %s" % missing, "only in the file: %s" % surplus)


def check_fields(where, schema, fields):
    """A schema of the file against a form of fields.def; returns what differs."""
    wrong = []
    properties = schema.get("properties", {})
    if set(properties) != {field["name"] for field in fields}:
        wrong.append("%s: %s in the file, %s in the program" % (where, sorted(properties), [f["name"] for f in fields]))
        return wrong
    required = {field["name"] for field in fields if field["need"] == "REQUIRED"}
    if set(schema.get("required", [])) != required:
        wrong.append("%s: required is %s" % (where, sorted(required)))
    for field in fields:
        item = properties[field["name"]]
        if item.get("type") != MUST_BE_OBJECTS[field["type"]]:
            wrong.append("%s/%s: type %s" % (where, field["name"], item.get("type")))
        limit = {"TEXT": "maxLength", "INT": "maximum"}.get(field["type"])
        if limit and item.get(limit) != field["max"]:
            wrong.append("%s/%s: %s is %s" % (where, field["name"], limit, field["max"]))
    return wrong


def check_operation(method, path, operation, route, forms):
    wrong = []
    form = forms[route["form"]]["fields"]
    parameters = {(p["in"], p["name"]): p for p in operation.get("parameters", [])}
    query = {"properties": {name: p["schema"] for (place, name), p in parameters.items() if place == "query"},
             "required": [name for (place, name), p in parameters.items() if place == "query" and p.get("required")]}
    scopes = [list(entry.values())[0] for entry in operation["security"]]
    if scopes != [route["scopes"]]:
        wrong.append("%s %s: scopes are %s" % (method, path, route["scopes"]))
    key = parameters.get(("header", "Idempotency-Key"))
    once = "none" if key is None else "required" if key.get("required") else "optional"
    if once != route["once"]:
        wrong.append("%s %s: the idempotency key is %s" % (method, path, route["once"]))
    wanted = {part[1:-1] for part in path.split("/") if part.startswith("{")}
    if wanted != {name for place, name in parameters if place == "path"}:
        wrong.append("%s %s: parts of the path" % (method, path))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    wrong += check_fields(path + "?", query, form if method == "get" else [])
    if method == "get" or not form:
        if body is not None:
            wrong.append("%s %s takes no body" % (method, path))
        return wrong
    wrong += check_fields(path, body, form)
    by_name = {entry["name"]: entry["fields"] for entry in forms}
    for field in form:
        if field["type"] == "OBJECT":
            nested = "FIELDS_API_" + field["name"].upper()
            wrong += check_fields(path + "/" + field["name"], body["properties"][field["name"]], by_name[nested])
    return wrong


def check_examples(document):
    wrong = []
    for method, path, operation in operations(document):
        places = [operation.get("requestBody", {})] + list(operation["responses"].values())
        for place in places:
            for content in place.get("content", {}).values():
                if "example" not in content:
                    continue
                for error in jsonschema.Draft202012Validator(content["schema"]).iter_errors(content["example"]):
                    wrong.append("%s %s: %s: %s" % (method, path, list(error.path), error.message))
    return wrong


def check_exchange(exchange, table, seen, extra, statuses):
    """One exchange against its operation; returns what is wrong with it."""
    where = "%s %s -> %d" % (exchange["method"], exchange["target"], exchange["status"])
    method = "get" if exchange["method"] == "HEAD" else exchange["method"].lower()
    operation = table.get((method, exchange["pattern"]))
    headers = {name.lower(): value for name, value in exchange["answer_headers"]}
    wrong = []
    try:
        answer = json.loads(exchange["answer"])
    except ValueError:
        return [where + ": no JSON"]
    if operation is None:
        return [] if exchange["status"] in (404, 405) else [where + ": no such operation"]
    response = operation["responses"].get(str(exchange["status"]))
    if response is None:
        return [where + ": the file does not know this status"]
    statuses.add((method, exchange["pattern"], str(exchange["status"])))
    kind = exchange["type"].split(";")[0]
    if kind not in response["content"]:
        return [where + ": " + kind]
    schema = response["content"][kind]["schema"]
    for error in jsonschema.Draft202012Validator(schema).iter_errors(answer):
        wrong.append("%s: %s: %s" % (where, "/".join(map(str, error.path)), error.message[:200]))
    walk(schema, answer, "?", seen, extra)
    for name, header in response.get("headers", {}).items():
        value = headers.get(name.lower())
        if value is None:
            if name != "Idempotent-Replayed":
                wrong.append("%s: no header %s" % (where, name))
            continue
        if header["schema"]["type"] == "integer":
            value = int(value)
        for error in jsonschema.Draft202012Validator(header["schema"]).iter_errors(value):
            wrong.append("%s: %s: %s" % (where, name, error.message))
    if "idempotent-replayed" in headers and "Idempotent-Replayed" not in response.get("headers", {}):
        wrong.append(where + ": replayed, which the file does not say")
    if exchange["status"] < 300 and exchange["body"]:
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        for error in jsonschema.Draft202012Validator(body).iter_errors(json.loads(exchange["body"])):
            wrong.append("%s: was accepted, and yet: %s" % (where, error.message))
    return wrong


def main(file, record):
    with open(file, encoding="utf-8") as stream:
        raw = yaml.load(stream, Strict)
    with open(record, encoding="utf-8") as stream:
        lines = [json.loads(line) for line in stream]
    tables = [line for line in lines if line["kind"] == "tables"][0]
    exchanges = [line for line in lines if line["kind"] == "exchange"]
    used = set()
    document = dict(raw)
    document["paths"] = whole(raw, raw["paths"], used)
    every = {"#/components/%s/%s" % (kind, name) for kind, group in raw["components"].items() if kind != "securitySchemes"
             for name in group}
    same("every component of the file is used", every, used)

    wrong = []
    for name in raw["components"]["schemas"]:
        words(whole(raw, {"$ref": "#/components/schemas/" + name}, set()), name, wrong)
    tell(not wrong, "the schemas hold words of JSON Schema only", *wrong)

    routes = {(route["method"], route["pattern"]): route for route in tables["routes"]}
    table = {(method, path): operation for method, path, operation in operations(document)}
    same("routes.def and the file have the same calls", table, routes)
    wrong = []
    for key, operation in table.items():
        if key in routes:
            wrong += check_operation(key[0], key[1], operation, routes[key], tables["forms"])
    tell(not wrong, "scopes, idempotency keys and fields are those of routes.def and fields.def", *wrong)

    code = whole(raw, {"$ref": "#/components/schemas/Code"}, set())
    same("the codes are those of the program", [c for group in code["anyOf"] for c in group["enum"]], tables["codes"])
    tables["enums"]["outcome"] = sorted(set(tables["enums"]["outcome"]) | set(tables["enums"]["carrier"]))
    tables["enums"]["source"] = sorted(set(tables["enums"]["source"]) | {"none"})
    for path, name in ENUMS.items():
        names = [n for n in tables["enums"][name] if not (n == "none" and name in WITHOUT_NONE)]
        same("%s has the names of the program" % path, named(raw, path)["enum"], names)

    wrong = check_examples(document)
    tell(not wrong, "the examples hold to their schemas", *wrong)

    seen, extra, statuses, wrong = {}, set(), set(), []
    for exchange in exchanges:
        wrong += check_exchange(exchange, table, seen, extra, statuses)
    tell(not wrong, "%d exchanges are as the file says" % len(exchanges), *wrong)
    tell(not extra, "no answer holds what the file does not know", *sorted(extra))

    found = set()
    for operation in table.values():
        for response in operation["responses"].values():
            for content in response["content"].values():
                properties_of(content["schema"], "?", found)
    tell(found <= set(seen), "every property of the file is sent by the program", *sorted(found - set(seen)))
    empty = {name for name in found if not seen.get(name, False)}
    tell(not empty, "and each of them with a value", *sorted(empty))
    missing = [key + (status,) for key, operation in table.items() for status in operation["responses"]
               if status.startswith("2") and key + (status,) not in statuses]
    tell(not missing, "every good answer of the file was given", *missing)
    answered = {status for _, _, status in statuses}
    documented = {status for operation in table.values() for status in operation["responses"]}
    same("every status of the file was given", documented, answered)


main(sys.argv[1], sys.argv[2])
sys.exit(failed)
