"""What is answered in the mode `simulate`: the request that would have been sent. Nothing is sent."""

import orjson
from aiohttp import web

from headroom.proxy.exchange import Exchange


def answer(exchange: Exchange) -> web.Response:
    """Return the request as it would have gone out, and what was done with each block of it."""
    outcome = exchange.outcome
    changes = outcome.changes()
    report = {
        "mode": exchange.mode,
        "dialect": exchange.dialect.name,
        "upstream": exchange.upstream,
        "bytes_before": exchange.bytes_before,
        "bytes_after": len(outcome.body),
        "tokens_before": sum(change.decision.tokens_before for change in changes),
        "tokens_after": sum(change.decision.tokens_after for change in changes),
        "blocks": [
            {
                "tool": change.tool,
                "compressor": change.decision.compressor,
                "lossless": change.decision.lossless,
                "tokens_before": change.decision.tokens_before,
                "tokens_after": change.decision.tokens_after,
                "reason": change.decision.reason,
            }
            for change in changes
        ],
        "errors": [f"{where}: {what}" for where, what in outcome.errors],
    }
    # The request goes in as the bytes that would have been sent, not as what a parser makes of them.
    body = outcome.body if _is_json(outcome.body) else orjson.dumps(None)
    return web.Response(
        body=orjson.dumps(report)[:-1] + b',"request":' + body + b"}", content_type="application/json"
    )


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
