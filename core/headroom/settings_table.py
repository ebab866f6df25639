"""Every setting, in one table: name, type, default, help."""

from collections.abc import Mapping

from headroom.policy import BALANCED, FILE, LEVELS, MODES, OFF, PROTECTED_TOOLS, RETRIEVALS
from headroom.setting import Form, Setting

_URL = Form(r"https?://[^/\s?#]+[^\s?#]*", "a URL, scheme://host[:port][/prefix]")
_URL_OR_NONE = Form(f"(?:{_URL.pattern})?", f"{_URL.said}, or empty")

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "upstream.anthropic",
        "https://api.anthropic.com",
        "Base URL that Anthropic requests go to: scheme://host[:port][/prefix].",
        form=_URL,
    ),
    Setting("upstream.openai", "https://api.openai.com", "The same for OpenAI, Azure and their like.", form=_URL),
    Setting("upstream.chatgpt", "https://chatgpt.com", "The same for Codex with a ChatGPT login.", form=_URL),
    Setting(
        "upstream.gemini", "https://generativelanguage.googleapis.com", "The same for the Gemini API.", form=_URL
    ),
    Setting("upstream.vertex", "", "The same for Vertex AI; else the path's region says it.", form=_URL_OR_NONE),
    Setting("upstream.bedrock", "", "The same for AWS Bedrock; else its region says it.", form=_URL_OR_NONE),
    Setting("upstream.ollama", "http://127.0.0.1:11434", "The same for Ollama's own API.", form=_URL),
    Setting(
        "upstream.more",
        (),
        'Further providers, a table of name = "URL": each answers under /NAME/ as a provider of the same dialect.',
        form=_URL,
        is_table=True,
    ),
    Setting("compress.enabled", True, "Whether anything is compressed at all."),
    Setting("compress.level", BALANCED, "How far it may go.", choices=tuple(LEVELS)),
    Setting("compress.floor_tokens", 200, "Blocks with fewer tokens are left alone."),
    Setting(
        "compress.enough_ratio",
        LEVELS[BALANCED].enough_ratio,
        "A lossless form of at most this share of the original is enough; where it is not set, the level says it.",
    ),
    Setting(
        "compress.enough_tokens",
        LEVELS[BALANCED].enough_tokens,
        "So is a lossless form of at most this many tokens; where it is not set, the level says it.",
    ),
    Setting("compress.code_mode", False, "Whether the bodies of functions may be left out of source code."),
    Setting("compress.deadline_ms", 1000, "Blocks not compressed in this time are sent as they are, for ever."),
    Setting(
        "compress.protected_tools",
        PROTECTED_TOOLS,
        "Globs of tool names whose results are never touched.",
    ),
    Setting(
        "compress.tools",
        (),
        'Levels of single tools: a table of globs of their names, as "mcp__github__*" = "lossless"; the last that '
        "fits holds.",
        choices=(OFF, *LEVELS),
    ),
    Setting(
        "retrieval.mode",
        FILE,
        "How an original is got back: the agent reads its file, the proxy answers a tool, or an MCP server does.",
        choices=RETRIEVALS,
    ),
    Setting("retrieval.max_rounds", 4, "How often one response may ask for originals.", most=20),
    Setting("holdout.share", 0.0, "Share of conversations left alone, to compare the others with.", most=1.0),
    Setting(
        "cache.align",
        False,
        "Whether what changes in a system prompt is told at the end; for API clients that place no breakpoints.",
    ),
    Setting(
        "cache.cold",
        False,
        "Whether old results may be rewritten once the provider's cache has forgotten the conversation.",
    ),
    Setting("cache.key", False, "Whether OpenAI requests without a prompt_cache_key get one."),
    Setting(
        "context.budget",
        "off",
        "Whether the oldest tool calls leave a request that exceeds the model's window; for API clients.",
        choices=("off", "rolling", "intelligent"),
    ),
    Setting("context.keep_turns", 4, "How many of the latest exchanges always stay."),
    Setting("context.target_share", 0.6, "The share of the window that is left filled.", most=1.0),
    Setting(
        "context.windows",
        (),
        "Windows of models in tokens, a table of globs.",
        form=Form(r"[1-9]\d*", "a whole number from 1 on"),
        is_table=True,
    ),
    Setting(
        "toin.enabled",
        True,
        "Whether what is looked up again teaches what to show, in conversations that begin later; stays on this "
        "machine.",
    ),
    Setting("store.ttl_days", 7, "How long an original is kept after it was last used."),
    Setting("store.max_mb", 2048, "How much all originals together may take."),
    Setting("learn.max_tokens", 600, "What the rules of `headroom learn` may take in a memory file.", most=20_000),
    Setting(
        "proxy.mode",
        MODES[0],
        "optimize, audit (change nothing, say what would be saved), simulate (send nothing, return the request).",
        choices=MODES,
    ),
    Setting(
        "proxy.backend",
        "",
        "bedrock: AWS Bedrock answers requests to Anthropic, with your AWS credentials; empty: Anthropic does.",
        form=Form("(?:bedrock)?", "bedrock, or empty"),
    ),
    Setting(
        "bedrock.region",
        "",
        "The AWS region of Bedrock; else the one that a request is signed for.",
        form=Form(r"[a-z0-9-]{0,40}", "a region such as eu-west-1, or empty"),
    ),
    Setting(
        "bedrock.models",
        (),
        "Names of models in Bedrock, a table of globs, each with the id of a model or an inference profile; the "
        "last that fits holds.",
        is_table=True,
    ),
    Setting(
        "bedrock.betas",
        (),
        'Names of beta features in Bedrock, a table; "off" leaves one out.',
        is_table=True,
    ),
    Setting("proxy.connect_timeout_s", 10.0, "How long to wait for a connection to the provider."),
    Setting("proxy.idle_timeout_s", 900.0, "How long a response may be silent before it is given up."),
    Setting("memory.inline", False, "Whether facts between <memory> tags in a model's answers are kept."),
    Setting("memory.max_tokens", 1000, "What the section of facts in an agent's memory file may take."),
    Setting(
        "memory.model", "", "A folder with a sentence model (model.onnx, tokenizer.json) to find facts alike."
    ),
    Setting("sessions.max_age_days", 365, "How long a session's log is kept after its last line."),
    Setting("sessions.max_mb", 1024, "How much all logs of sessions together may take."),
    Setting("prices.file", "", "A TOML file with prices of your own; its rows win over the shipped ones."),
)

UPSTREAMS: tuple[Setting, ...] = tuple(
    row for row in SETTINGS if row.name.startswith("upstream.") and row.name != "upstream.more"
)
"""The providers' base URLs."""

ROWS: Mapping[str, Setting] = {row.name: row for row in SETTINGS}
