"""The Responses API over a WebSocket: `response.create` frames in, the events of a stream out, one frame each.

Source: developers.openai.com/api/docs/guides/websocket-mode. A connection keeps its latest response, so that
`previous_response_id` holds there with `store: false`, too. A frame with `generate: false` warms a connection up:
it is answered by a response without output, uses up nothing of the script, and is billed nothing here.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import WSMsgType, web

from tests.provider import openai_errors
from tests.provider.exchange import Exchange, Exchanges
from tests.provider.history import History
from tests.provider.openai_responses import OPENAI_RESPONSES, data
from tests.provider.reading import Refused, read_json
from tests.provider.records import Log, Request
from tests.provider.script import Fault, Json, Turn
from tests.provider.sse import Drop, Send, Stall, steps

METHOD = "FRAME"
"""Stands for the method in the record of a frame."""
UNBILLED: Json = {
    "input_tokens": 0,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 0,
}


class Connection:
    """One WebSocket.

    Args:
        upgrade: The record of the request that opened it; each frame becomes a record with its headers.
        exchanges: Answer the frames.
        log: Records frames and what is sent.
        clock: Seconds, for records.
        sleep: Called for every scripted silence.
        seed: Of the answers' ids.
    """

    def __init__(
        self,
        upgrade: Request,
        exchanges: Exchanges,
        log: Log,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        seed: str,
    ) -> None:
        self._upgrade = upgrade
        self._exchanges = exchanges
        self._log = log
        self._clock = clock
        self._sleep = sleep
        self._seed = seed
        self._history = History(exchanges.history)

    async def serve(self, request: web.BaseRequest) -> web.WebSocketResponse:
        """Shake hands and answer frame by frame, until either side leaves."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self._log.note(self._upgrade.number, status=101)
        async for message in socket:
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                continue
            body = message.data.encode("utf-8", "surrogatepass") if isinstance(message.data, str) else message.data
            if not await self._frame(request, socket, body):
                break
        return socket

    async def _frame(self, request: web.BaseRequest, socket: web.WebSocketResponse, body: bytes) -> bool:
        """Answer a frame. False: the connection was cut."""
        number = self._log.count
        self._log.count += 1
        record = replace(self._upgrade, number=number, method=METHOD, body=body, time=self._clock())
        self._log.add(replace(record, dialect=OPENAI_RESPONSES.name))
        answer = self._answer(record)
        self._log.note(number, status=answer.status if isinstance(answer, Fault) else 200)
        whole = await self._send(request, socket, number, answer)
        self._log.note(number, outcome="done" if whole else "dropped")
        return whole

    def _answer(self, record: Request) -> Exchange | Fault:
        try:
            frame = read_json(replace(record, headers=()))
            self._log.note(record.number, parsed=frame)
            if frame.get("type") != "response.create":
                raise Refused(f"Invalid value: '{frame.get('type')}'. ('type')")
            body = {name: value for name, value in frame.items() if name != "type"}
            body = self._exchanges.read(OPENAI_RESPONSES, body, self._history)
            if body.get("generate") is False:
                return self._warm_up(record.number, body)
            return self._exchanges.answer(record.number, OPENAI_RESPONSES, body, self._history)
        except Refused as refusal:
            self._log.note(record.number, problem=str(refusal))
            return Fault(400, str(refusal))

    def _warm_up(self, number: int, body: Json) -> Exchange:
        self._log.note(number, side=True)
        whole = OPENAI_RESPONSES.whole(Turn(), body, UNBILLED, f"{self._seed}/{number}")
        OPENAI_RESPONSES.remember(body, whole, self._history)
        return Exchange(Turn(), whole, OPENAI_RESPONSES.events(whole, body, Turn().stream), lambda: None)

    async def _send(
        self, request: web.BaseRequest, socket: web.WebSocketResponse, number: int, answer: Exchange | Fault
    ) -> bool:
        if isinstance(answer, Fault):
            if answer.wait_s:
                await self._sleep(answer.wait_s)
            if answer.drop:
                return _cut(request)
            frames, stream = [_error_frame(answer)], Turn().stream
        else:
            frames, stream = [data(event) for event in answer.events], answer.turn.stream
            if stream.wait_s:
                await self._sleep(stream.wait_s)
            answer.begin()
        for step in steps(frames, replace(stream, split=0)):
            match step:
                case Send(frame) if frame:
                    self._log.sent(number, frame + b"\n")
                    await socket.send_str(frame.decode("utf-8", "surrogatepass"))
                    await asyncio.sleep(0)
                case Stall(seconds):
                    await self._sleep(seconds)
                case Drop():
                    return _cut(request)
        return True


def _error_frame(fault: Fault) -> bytes:
    if fault.body is not None:
        return fault.body
    frame: Json = {"type": "error", "status": fault.status, "error": openai_errors.error(fault)}
    if fault.retry_after_s is not None:
        frame["headers"] = {"retry-after": str(fault.retry_after_s)}
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()


def _cut(request: web.BaseRequest) -> bool:
    if request.transport is not None:
        request.transport.abort()
    return False
