"""Rendering an item of a request for the caches by prefix: what of it the model reads, and its tokens."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.provider.prefix_cache import Part

MEDIA = frozenset({"image_url", "data", "bytes", "file_data", "images"})
"""Fields that hold a picture or another file."""
UNREAD = frozenset(
    {
        "id",
        "status",
        "internal_chat_message_metadata_passthrough",
        "prompt_cache_breakpoint",
        "thoughtSignature",
        "encrypted_content",
    }
)
"""Fields that are no part of the prompt."""
IMAGE_TOKENS = 765


def part(item: Any, count: Callable[[str], int], image_tokens: int = IMAGE_TOKENS) -> Part:
    """Render one message, item or tool."""
    read = bare(item)
    texts, images = leaves(read)
    return Part(
        rendered=json.dumps(read, ensure_ascii=False),
        tokens=count("\n".join(texts)) + images * image_tokens,
        marked=any("prompt_cache_breakpoint" in found for found in _objects(item)),
    )


def tool_part(tool: Any, count: Callable[[str], int]) -> Part:
    """Render a tool's definition: its JSON is what is counted."""
    text = json.dumps(tool, ensure_ascii=False)
    return Part(text, count(text))


def bare(item: Any) -> Any:
    """Return an item without the fields that are no part of the prompt."""
    if isinstance(item, dict):
        return {name: bare(value) for name, value in item.items() if name not in UNREAD}
    return [bare(value) for value in item] if isinstance(item, list) else item


def leaves(item: Any) -> tuple[list[str], int]:
    """Return the texts in an item, and the number of its pictures."""
    texts: list[str] = []
    images = 0
    for found in _objects({"": item}):
        for name, value in found.items():
            if name in MEDIA and value:
                images += 1
            else:
                texts += [
                    text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)
                ]
    return texts, images


def _objects(item: Any) -> Iterator[dict[str, Any]]:
    left = [item]
    while left:
        found = left.pop()
        if isinstance(found, dict):
            yield found
            left += [value for name, value in reversed(found.items()) if name not in MEDIA]
        elif isinstance(found, list):
            left += reversed(found)
