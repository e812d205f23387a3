"""`${NAME}`, `${NAME:-default}`, `${NAME:?sentence}` and `$$`, as Compose fills them in."""

import re


class MissingVariable(ValueError):
    pass


_VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)(?:(?P<colon>:)?(?P<op>[-?])(?P<word>[^}]*))?\}|(?P<bad>))"
)


def fill_in(value, variables: dict[str, str]):
    """The same tree with every string filled in."""
    if isinstance(value, dict):
        return {key: fill_in(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [fill_in(item, variables) for item in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _value(match, variables, value), value)
    return value


def _value(match: re.Match, variables: dict[str, str], text: str) -> str:
    if match["escaped"]:
        return "$"
    name = match["bare"] or match["name"]
    if not name:
        raise ValueError(f"not a variable: {text!r}")
    known = variables.get(name)
    missing = known is None or (match["colon"] is not None and known == "")
    if missing and match["op"] == "?":
        raise MissingVariable(f"{name}: {match['word']}")
    if missing:
        return match["word"] or "" if match["op"] == "-" else ""
    return known
