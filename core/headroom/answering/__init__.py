"""Answers a model's calls of our own tool inside the response. One module for each wire format that has tools."""

from importlib import import_module
from typing import Final, cast

from headroom.answering.base import Answering

FORMATS: Final = ("anthropic", "bedrock_converse", "gemini", "ollama", "openai_chat", "openai_responses")
"""Dialects in which calls can be answered; each has its module here."""


def of(dialect: str) -> Answering | None:
    """Return a dialect's way with tools; None where there is none."""
    return cast(Answering, import_module(f"headroom.answering.{dialect}")) if dialect in FORMATS else None
