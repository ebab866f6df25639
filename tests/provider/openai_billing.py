"""What OpenAI bills: the rule that a model caches by, and the usage objects of both APIs."""

import re

from tests.provider.dialect import Bill, Caches
from tests.provider.prefix_cache import Found, Part, Prompt, Rule
from tests.provider.script import Json
from tests.provider.weighing import part, tool_part

FREE_WRITES = Rule()
LONG = Rule(idle_s=86400.0, longest_s=86400.0)
"""prompt_cache_retention: 24h"""
PAID_WRITES = Rule(step=0, idle_s=1800.0, longest_s=86400.0)
"""GPT-5.6 and later: written and matched at breakpoints, for 30 minutes at least."""
EXPLICIT = Rule(step=0, idle_s=1800.0, longest_s=86400.0, implicit=False)
_PAID = re.compile(r".*gpt-(?:5\.(?:[6-9]|\d\d)|[6-9]|\d\d)")


def pays_writes(model: str) -> bool:
    """Tell whether a model is of GPT-5.6's family or later, which pay for cache writes."""
    return _PAID.match(model) is not None


def rule(request: Json) -> Rule:
    """Return how a request is cached."""
    if pays_writes(str(request.get("model", ""))):
        mode = (request.get("prompt_cache_options") or {}).get("mode")
        return EXPLICIT if mode == "explicit" else PAID_WRITES
    return LONG if request.get("prompt_cache_retention") == "24h" else FREE_WRITES


def chat_parts(request: Json, caches: Caches) -> list[Part]:
    """Render a Chat Completions request."""
    return [tool_part(tool, caches.count) for tool in request.get("tools") or ()] + [
        part(message, caches.count) for message in request["messages"]
    ]


def responses_parts(request: Json, caches: Caches) -> list[Part]:
    """Render a Responses request: tools, instructions, items."""
    items = request.get("input") or []
    listed = [{"role": "user", "content": items}] if isinstance(items, str) else items
    parts = [tool_part(tool, caches.count) for tool in request.get("tools") or ()]
    if request.get("instructions"):
        parts.append(part({"instructions": request["instructions"]}, caches.count))
    for item in listed:
        if isinstance(item, dict) and item.get("type") == "additional_tools":
            parts.append(tool_part(item, caches.count))
        else:
            parts.append(part(item, caches.count))
    return parts


def look_up(request: Json, parts: list[Part], caches: Caches) -> Found:
    """Look a rendered request up in the cache of its model and key."""
    group = f"{request.get('model')}\n{request.get('prompt_cache_key') or ''}"
    return caches.prefixes.look_up(Prompt(group, parts, rule(request)))


def chat_bill(caches: Caches, request: Json) -> Bill:
    """Return the price of a Chat Completions request."""
    found = look_up(request, chat_parts(request, caches), caches)

    def usage(output: int, reasoning: int) -> Json:
        return {
            "prompt_tokens": found.total,
            "completion_tokens": output,
            "total_tokens": found.total + output,
            "prompt_tokens_details": {**_cached(found, request), "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    return Bill(usage, lambda: caches.prefixes.begin(found))


def responses_bill(caches: Caches, request: Json) -> Bill:
    """Return the price of a Responses request."""
    found = look_up(request, responses_parts(request, caches), caches)

    def usage(output: int, reasoning: int) -> Json:
        return {
            "input_tokens": found.total,
            "input_tokens_details": _cached(found, request),
            "output_tokens": output,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": found.total + output,
        }

    return Bill(usage, lambda: caches.prefixes.begin(found))


def _cached(found: Found, request: Json) -> Json:
    written = {"cache_write_tokens": found.written} if pays_writes(str(request.get("model", ""))) else {}
    return {"cached_tokens": found.read, **written}
