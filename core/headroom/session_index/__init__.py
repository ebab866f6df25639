"""What the session logs say, as rows in SQLite: asked in a moment, made anew from the logs whenever it must be."""

from headroom.session_index.index import Question, ask, ask_sessions, forget_deleted

__all__ = ["Question", "ask", "ask_sessions", "forget_deleted"]
