"""`headroom proxy --port N`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.options import Backend, Mode, Region
from headroom_cli.source import Code, Level
from headroom_cli.wrap import own_flags

if TYPE_CHECKING:
    from headroom.proxy.aws import Signer
    from headroom.settings import Settings

_VARIABLES = {
    # upstream -> what points a client at us, and what of its path stands in the base URL
    "anthropic": "ANTHROPIC_BASE_URL={url}",
    "openai": "OPENAI_BASE_URL={url}/v1",
    "gemini": "GOOGLE_GEMINI_BASE_URL={url}",
    "bedrock": "AWS_ENDPOINT_URL_BEDROCK_RUNTIME={url}",
    "ollama": "OLLAMA_HOST={url}",
}
_OPEN = "  every program on this machine can use your AWS credentials through it; --secret ends that"


def proxy(
    port: Annotated[
        int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.", metavar="PORT", min=0, max=65535)
    ] = 8787,
    secret: Annotated[
        bool, typer.Option("--secret", help="Answer only below a secret path, which is printed.")
    ] = False,
    level: Level = None,
    code: Code = False,
    mode: Mode = None,
    upstream: Annotated[
        list[str] | None,
        typer.Option(help="Where a provider is; one of another name answers under /NAME/.", metavar="NAME=URL"),
    ] = None,
    backend: Backend = None,
    region: Region = None,
) -> None:
    """Run the proxy alone, until ctrl-C; point any client's base URL at what it prints.

    Exit code: 2 when a setting is wrong, the port is taken or there are no AWS credentials for --backend bedrock.
    """
    _serve(own_flags(level, code, mode, backend, region) | _upstream_flags(upstream or ()), port, secret)


def _serve(flags: dict[str, object], port: int, secret: bool) -> None:
    import asyncio
    import secrets
    from pathlib import Path

    import headroom
    from headroom import session_log, settings
    from headroom.proxy.server import Config, check_state_folder, serve, signer_of
    from headroom.system import sockets

    try:
        check_state_folder()
        values = settings.load(flags, folder=settings.working_folder())
        if values.origins["retrieval.mode"] == "default":
            # An API client has no tool that reads files, so the proxy answers one of its own.
            values = settings.load(flags | {"retrieval.mode": "tool"}, folder=settings.working_folder())
        signer = signer_of(values)
        try:
            sock = sockets.listening(port)
        except OSError:
            fail(f"cannot listen on 127.0.0.1:{port}, which another program may use; --port 0 takes a free one")
        log = session_log.new_session(
            settings.state_dir(),
            agent="proxy",
            cwd=str(Path.cwd()),
            version=headroom.__version__,
            policy=values.policy(),
            upstream=_carrier(values, signer) or values["upstream.anthropic"],
            mode=values["proxy.mode"],
        )
    except settings.SettingError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot write to {settings.state_dir()} (HEADROOM_HOME names another folder): {error.strerror}")
    config = Config(values, log, secrets.token_hex(16) if secret else "", signer=signer)
    path = f"/s/{config.secret}" if config.secret else ""

    def ready(_stop: asyncio.Event) -> None:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}{path}"
        typer.echo("\n".join(_addresses(url, values, _carrier(values, signer))))
        if values["proxy.backend"] and not secret:
            typer.echo(_OPEN)

    serve(config, sock, ready)


def _upstream_flags(rules: Sequence[str]) -> dict[str, object]:
    """Return the settings that `--upstream NAME=URL` stands for."""
    from headroom.settings import UPSTREAMS

    known = {row.name for row in UPSTREAMS}
    flags: dict[str, object] = {}
    more: dict[str, str] = {}
    for rule in rules:
        name, equals, url = rule.partition("=")
        if not (name and equals and url):
            fail(f"--upstream {rule}: must be NAME=URL, as openai=https://api.openai.com")
        if f"upstream.{name}" in known:
            flags[f"upstream.{name}"] = url
        else:
            more[name] = url
    return flags | ({"upstream.more": more} if more else {})


def _carrier(values: "Settings", signer: "Signer") -> str:
    """Return the base URL of what answers requests to Anthropic in its place; empty where nothing does."""
    if not values["proxy.backend"]:
        return ""
    return values["upstream.bedrock"] or f"https://bedrock-runtime.{signer.region}.amazonaws.com"


def _addresses(url: str, values: "Settings", carrier: str) -> list[str]:
    """Return what to tell the user: where the proxy is, and how clients are pointed at it."""
    lines = [f"headroom proxy at {url}"]
    for name, variable in _VARIABLES.items():
        base = values[f"upstream.{name}"] or (
            f"AWS {values['bedrock.region']}" if values["bedrock.region"] else ""
        )
        base = carrier if carrier and name == "anthropic" else base
        if base:
            lines.append(f"  {name:9}  {variable.format(url=url)}  ->  {base}")
    for rule in values["upstream.more"]:
        name, _, base = rule.partition("=")
        lines.append(f"  {name:9}  {url}/{name}/...  ->  {base}")
    if values["proxy.mode"] != "optimize":
        lines.append(f"  mode {values['proxy.mode']}: no request is changed")
    return lines
