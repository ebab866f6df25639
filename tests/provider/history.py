"""What a provider remembers of its responses: the whole list of items that each one ends."""

from typing import Any


class History:
    """Responses by id. One that belongs to a connection falls back on the provider's."""

    def __init__(self, parent: "History | None" = None) -> None:
        self._items: dict[str, list[Any]] = {}
        self._parent = parent

    def recall(self, response: str) -> list[Any] | None:
        """Return the items up to and with a response's output; None when it is not known."""
        if response in self._items:
            return self._items[response]
        return self._parent.recall(response) if self._parent else None

    def remember(self, response: str, items: list[Any], stored: bool) -> None:
        """Keep a response. A connection keeps its latest one, stored or not; else only a stored one is kept."""
        if self._parent is not None:
            self._items = {response: items}
            if stored:
                self._parent.remember(response, items, stored)
        elif stored:
            self._items[response] = items
