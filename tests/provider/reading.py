"""Reading request bodies as strictly as the Messages API does."""

import json
import re

from tests.provider.records import Request
from tests.provider.script import Json

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Refused(Exception):
    """The request gets a 400 with this message."""


def read_json(record: Request) -> Json:
    """Return a request's body. Raises Refused where the API answers 400: no JSON object, a lone surrogate."""
    try:
        data = record.decoded
        body = json.loads(data.decode())
        if _SURROGATE.search(data):
            json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused("The request body is not valid JSON: no low surrogate in string") from None
    except ValueError as error:
        raise Refused(f"The request body is not valid JSON: {error}") from None
    if not isinstance(body, dict):
        raise Refused("Input should be an object")
    return body
