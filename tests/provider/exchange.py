"""One request answered by script, in whichever dialect it came."""

from collections.abc import Callable
from typing import NamedTuple

from tests.provider.dialect import Caches, Dialect
from tests.provider.history import History
from tests.provider.messages import output_tokens
from tests.provider.reading import Refused
from tests.provider.records import Log
from tests.provider.script import Answer, Fault, Json, Script, Turn


class Exchange(NamedTuple):
    """An answer, before it is put on a wire."""

    turn: Turn
    whole: Json
    events: list[Json]
    begin: Callable[[], None]
    """Called when the response begins: it is billed then."""


class Exchanges:
    """Answers requests, turn by turn.

    Args:
        script: Turns and faults in order, or a function.
        side: Which requests are answered with `side_turn`.
        side_turn: The answer to those.
        check: Whether requests are refused as the real API would; one that cannot be read always is.
        caches: Bill the requests.
        log: Learns what is found out of each request.
        seed: Of the answers' ids.
    """

    def __init__(
        self,
        script: Script,
        side: Callable[[Json], bool],
        side_turn: Turn,
        check: bool,
        caches: Caches,
        log: Log,
        seed: str,
    ) -> None:
        self._script = script
        self._side = side
        self._side_turn = side_turn
        self._check = check
        self._caches = caches
        self._log = log
        self._seed = seed
        self._turns = 0
        self.history = History()

    def read(self, dialect: Dialect, body: Json, history: History | None = None) -> Json:
        """Check a parsed request, and return it with what the provider remembers before it. Raises Refused."""
        problem = dialect.misshapen(body)
        if problem:
            raise Refused(problem)
        body = dialect.expand(body, history or self.history)
        if self._check and (problem := dialect.problem(body)):
            raise Refused(problem)
        return body

    def answer(
        self, number: int, dialect: Dialect, body: Json, history: History | None = None
    ) -> Exchange | Fault:
        """Answer a checked request. Raises Refused where the script has nothing to say."""
        side = self._side(body)
        self._log.note(number, side=side)
        answer = self._side_turn if side else self._next(body)
        if isinstance(answer, Fault):
            return answer
        return self.render(number, dialect, body, answer, history)

    def render(
        self, number: int, dialect: Dialect, body: Json, turn: Turn, history: History | None = None
    ) -> Exchange:
        """Return a turn in a dialect, and remember it."""
        bill = dialect.bill(self._caches, body)
        reasoning = self._caches.count(turn.thinking) if turn.thinking else 0
        usage = bill.usage(output_tokens(turn, self._caches.count), reasoning)
        length = len(body.get("messages") or body.get("input") or body.get("contents") or ())
        whole = dialect.whole(turn, body, usage, f"{self._seed}/{number}/{length}")
        dialect.remember(body, whole, history or self.history)

        def begin() -> None:
            bill.begin()
            self._log.note(number, usage=usage)

        return Exchange(turn, whole, dialect.events(whole, body, turn.stream), begin)

    def _next(self, body: Json) -> Answer:
        number = self._turns
        self._turns += 1
        if callable(self._script):
            try:
                return self._script(body, number)
            except AssertionError as error:
                raise Refused(f"the script: {error}") from error
        if number >= len(self._script):
            raise Refused(f"the script has {len(self._script)} turns, and this is request {number + 1}")
        return self._script[number]
