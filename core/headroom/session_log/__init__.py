"""The session log: what was done and what it cost, in names and numbers."""

from headroom.session_log.files import (
    Session,
    SessionLog,
    append,
    count_requests,
    has_end,
    new_session,
    read,
    sessions,
)
from headroom.session_log.record import (
    Exchange,
    end_event,
    error_event,
    guard_event,
    head_event,
    request_event,
    retrieve_event,
    usage_event,
)

__all__ = [
    "Exchange",
    "Session",
    "SessionLog",
    "append",
    "count_requests",
    "end_event",
    "error_event",
    "guard_event",
    "has_end",
    "head_event",
    "new_session",
    "read",
    "request_event",
    "retrieve_event",
    "sessions",
    "usage_event",
]
