from tests.agents.claude import desk

__all__ = ["desk"]
