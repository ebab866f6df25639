"""Agents as data: one file each, and the row that makes it known."""

from headroom_wrappers.claude import CLAUDE
from headroom_wrappers.demo import DEMO
from headroom_wrappers.spec import Agent

AGENTS: dict[str, Agent] = {agent.name: agent for agent in (CLAUDE, DEMO)}
