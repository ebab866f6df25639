"""A summary as plain data, for machines. Names here are an interface: add, do not rename."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headroom.report import Account, Blocks, Summary

SCHEMA = 1


def summary_json(summary: "Summary") -> dict[str, Any]:
    """Return a summary as a dict that any JSON writer takes: tokens, dollars to 6 decimals, times in ms."""
    return {
        "schema": SCHEMA,
        "sessions": summary.ids,
        "began": summary.began,
        "ended": summary.ended,
        "exit_codes": summary.exit_codes,
        "traffic": summary.had_traffic,
        "requests": summary.total.requests,
        "simulated_requests": summary.simulated,
        "failed_requests": summary.failed,
        "retried_requests": summary.retried,
        "errors": sum(summary.errors.values()),
        "error_kinds": dict(summary.errors.most_common()),
        "damaged_lines": summary.damaged,
        **account_json(summary.total),
        "blocks": _blocks(summary.blocks),
        "unchanged_blocks": dict(summary.unchanged.most_common()),
        "retrievals": {
            "blocks": summary.blocks.retrieved,
            "tokens": summary.blocks.retrieved_tokens,
            "extra_turn_tokens": summary.total.round_trip,
            "lookups": summary.lookups,
            "misses": summary.misses,
            "rounds": summary.rounds,
        },
        "audit": _audit(summary),
        "guard": {
            "conversations": summary.guards.total(),
            "reasons": dict(summary.guards.most_common()),
            "lost_input_tokens": round(summary.guards_lost, 3),
        },
        "holdout": _holdout(summary),
        "added_ms": {"p50": summary.added.p50, "p95": summary.added.p95},
        "agents": {
            name: {
                "sessions": summary.sessions_by_agent[name],
                "requests": account.requests,
                **account_json(account),
            }
            for name, account in summary.by_agent.items()
        },
        "upstreams": {
            name: {"requests": account.requests, **account_json(account)}
            for name, account in summary.by_upstream.items()
        },
        "models": {
            name: {"requests": account.requests, **account_json(account)}
            for name, account in summary.by_model.items()
        },
        "tools": {name: _blocks(blocks) for name, blocks in summary.by_tool.items()},
        "compressors": {name: _blocks(blocks) for name, blocks in summary.by_compressor.items()},
        "saved_tokens_counted_with": "o200k_base",
    }


def account_json(account: "Account") -> dict[str, Any]:
    """Return the tokens and the money of an account; `usd` is None where no price is known."""
    return {
        "requests_with_usage": account.with_usage,
        "tokens": {
            "billed": account.billed_tokens,
            "input": account.input,
            "cache_write": account.cache_write,
            "cache_write_1h": account.cache_write_1h,
            "cache_read": account.cache_read,
            "output": account.output,
            "reasoning": account.reasoning,
            "image": account.image,
            "without_headroom": account.tokens_without_us,
            "saved": account.saved - account.round_trip,
            "saved_percent": round(account.saved_percent, 2),
        },
        "cache_hit_percent": round(account.cache_hit_percent, 2),
        "usd": {
            "paid": dollars(account.paid),
            "without_headroom": dollars(account.would_have_paid),
            "saved": dollars(account.net_saved),
            "saved_percent": round(account.net_saved_percent, 2),
            "requests": account.priced,
        }
        if account.priced
        else None,
        "unpriced_tokens": dict(account.unpriced.most_common()),
    }


def _audit(summary: "Summary") -> dict[str, Any] | None:
    """Return what would have been saved; None where nothing was audited."""
    audited = summary.audited
    if not audited.requests:
        return None
    return {
        "requests": audited.requests,
        "requests_with_usage": audited.with_usage,
        "tokens": {
            "billed": audited.tokens_without_us,
            "with_headroom": audited.billed_tokens,
            "would_have_saved": audited.saved,
            "would_have_saved_percent": round(audited.saved_percent, 2),
        },
        "usd": {
            "paid": dollars(audited.would_have_paid),
            "with_headroom": dollars(audited.paid),
            "would_have_saved": dollars(audited.net_saved),
            "would_have_saved_percent": round(audited.net_saved_percent, 2),
            "requests": audited.priced,
        }
        if audited.priced
        else None,
        "blocks": _blocks(summary.audited_blocks),
    }


def _holdout(summary: "Summary") -> dict[str, Any] | None:
    """Return what was measured against conversations left alone; None where there are none."""
    found = summary.holdout
    if not found.held_out:
        return None
    counts = {"conversations": found.treated, "held_out": found.held_out}
    if found.difference is None:
        return counts | {"difference_percent": None, "interval_percent": None}
    interval = [round(100 * found.low, 2), round(100 * found.high, 2)]
    return counts | {"difference_percent": round(100 * found.difference, 2), "interval_percent": interval}


def _blocks(blocks: "Blocks") -> dict[str, Any]:
    return {
        "seen": blocks.seen,
        "shortened": blocks.shortened,
        "lossless": blocks.lossless,
        "lossy": blocks.lossy,
        "tokens_before": blocks.before,
        "tokens_after": blocks.after,
        "saved_percent": round(blocks.saved_percent, 2),
        "retrieved": blocks.retrieved,
    }


def dollars(picodollars: int) -> float:
    """Return dollars, to 6 decimals."""
    from headroom.pricing import PICO

    return round(picodollars / PICO, 6)
