"""Events and requests that nobody should send: a format's own names, with values that do not belong there."""

from hypothesis import strategies as st

from headroom.answering.base import TOOL

_KEYS = (
    *("choices", "delta", "tool_calls", "function", "name", "arguments", "id", "index", "finish_reason", "usage"),
    *("message", "messages", "content", "role", "type", "text", "item", "output_index", "response", "output"),
    *("call_id", "input", "previous_response_id", "encrypted_content", "sequence_number", "status"),
    *("candidates", "contents", "parts", "functionCall", "functionResponse", "args", "finishReason", "thought"),
    *("usageMetadata", "done", "done_reason", "thinking", "total_duration"),
)
_VALUES = (
    *(TOOL, "x", "", "{}", "assistant", "user", "tool", "model", "stop", "STOP", "tool_calls", "message"),
    *("reasoning", "function_call", "function_call_output", "response.completed", "response.created"),
    *("response.output_item.done", "response.output_item.added", 0, 1, -1, 1.5, True, False, None),
)

values = st.recursive(
    st.sampled_from(_VALUES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(_KEYS), values, max_size=6)
