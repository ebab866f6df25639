"""What there is to say of an agent, as data. `launch` interprets it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from headroom.policy import FILE
from headroom_wrappers.edits import Change


def tidy(url: str) -> str:
    """Return a base URL as agents read it: no blanks around, no slash at its end, its scheme in small letters."""
    scheme, separator, rest = url.strip().rstrip("/").partition("://")
    return scheme.lower() + separator + rest if separator else scheme


class Base(NamedTuple):
    """What a variable with a base URL stands for."""

    upstream: str
    """Whose requests go there: the `upstream.*` setting of that name."""
    path: str = ""
    """What stands in it behind the host, such as "/v1": requests name what follows."""
    also: tuple[str, ...] = ()
    """Further upstreams that are there too."""
    home: str = ""
    """Where the agent goes without it, if that is not the upstream's default."""
    if_set: bool = False
    """Whether it is only set where the user set it, since it alone changes what the agent does."""

    def shown(self, base_url: str, had: str) -> str:
        """Return what the agent is given in place of what the user had, if anything."""
        return base_url + (self.path if not had or had.strip().rstrip("/").endswith(self.path) else "")

    def upstreams(self, had: str) -> dict[str, str]:
        """Return the base URLs of the upstreams that the user's own value stands for, by upstream."""
        url = tidy(had).removesuffix(self.path) if had else self.home
        return dict.fromkeys((self.upstream, *self.also), url) if url else {}


ANTHROPIC = Base("anthropic")
OPENAI = Base("openai", "/v1")
GEMINI = Base("gemini")


class Places(NamedTuple):
    """A place in the user's home on each platform; one that is empty is as on Linux."""

    linux: str
    macos: str = ""
    windows: str = ""

    def on(self, platform: str) -> str:
        """Return the one for a platform, named as in sys.platform."""
        return {"darwin": self.macos, "win32": self.windows}.get(platform, "") or self.linux


NOWHERE = Places("")


@dataclass(frozen=True, slots=True)
class Session:
    """One run of an agent, as far as its arguments may depend on it."""

    base_url: str
    """The proxy's, with its secret."""
    originals: Path
    """The folder of the originals, which the agent may read."""
    arguments: tuple[str, ...]
    """The user's, for the agent."""
    environ: Mapping[str, str]
    cwd: Path
    private_file: Path
    """Where the private text is, while the agent runs."""


class Arguments(NamedTuple):
    """What stands on the agent's command line, and what goes with it."""

    argv: list[str]
    private_text: str = ""
    """What the arguments need but others must not see in a process list: put into the session's private file,
    0600, and removed at the end."""
    environ: Mapping[str, str] = {}
    """Variables to set, beside those of `Agent.base_url`."""


def as_given(session: Session) -> Arguments:
    """Give the agent the user's arguments, and nothing else."""
    return Arguments(list(session.arguments))


def ends_with_its_command(_arguments: Sequence[str]) -> bool:
    """Tell that no arguments make the agent go on in the background."""
    return False


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent: how it is started, pointed at the proxy, and given leave to read originals."""

    name: str
    title: str
    command: tuple[str, ...]
    """The executable, looked up on PATH, and arguments that always stand first."""
    install: str
    """What to do when it is not there."""
    base_url: Mapping[str, Base]
    """Variables that point it at the proxy. What the user has in one becomes our upstream."""
    flags: str = ""
    """What points it there beside the variables, in words: flags, inline configuration."""
    default: str = "anthropic"
    """The upstream of requests of which nothing tells another."""
    also: tuple[str, ...] = ()
    """Further upstreams that it may ask, beside those of its variables."""
    keep_on: Mapping[str, str] = field(default_factory=dict)
    """What the agent switches off behind a base URL that is not its default, and how it is kept on. Not set
    where the user set it, or already had a base URL of their own."""
    arguments: Callable[[Session], Arguments] = as_given
    """The agent's arguments, made of the user's."""
    unpointed: Callable[[Session], Arguments] = as_given
    """The same where nothing in them is to lead it to a base URL: its requests are intercepted."""
    intercept: bool = False
    """Whether only that redirects it: it takes no base URL."""
    configured: Callable[[Mapping[str, str], Path, Sequence[str]], Mapping[str, str]] | None = None
    """(environment, working folder, arguments) -> base URLs in the agent's own settings, by upstream. They win
    over those of variables; a name that is no `upstream.*` setting is answered below it, see `providers`."""
    overruled: Callable[[Mapping[str, str], Path, Sequence[str]], str] | None = None
    """(environment, working folder, arguments) -> the file whose base URL wins over the one that we give, so that
    requests go past us; empty for none."""
    outlives: Callable[[Sequence[str]], bool] = ends_with_its_command
    """Whether, by its arguments, it goes on in the background when its command has ended, and our proxy with it:
    then it is started as without us."""
    change: Callable[[Session], Change] | None = None
    """What must stand in a file of the user's while it runs, where nothing else redirects it, see `journal`.
    Raises ValueError where its settings have nothing that can be redirected."""
    provider: Callable[[], AbstractContextManager[str]] | None = None
    """Serves a provider of its own while the agent runs, and gives its base URL (the demo)."""
    dialects: tuple[str, ...] = ("anthropic",)
    """The APIs that it may speak."""
    retrieval: str = FILE
    """How it gets an original back, as in the setting `retrieval.mode`."""
    reads: str = ""
    """With what it reads a file of ours, and what lets it."""
    transcripts: Places = NOWHERE
    """Where it keeps its conversations, as a glob."""
    memory_file: str = ""
    """The file in a project that it always reads."""
    notes: tuple[str, ...] = ()
    """What a proxy changes for it, and how that is made up for; what is not redirected."""
    bypass: str = ""
    """The likely reason when none of its requests came by."""
    ignores_no_proxy: bool = False
    """Whether it asks a proxy named in HTTPS_PROXY even for addresses of this machine."""
    verified: str = ""
    """The version that was run before a scripted provider, through the proxy; empty for none."""
    unverified: str = ""
    """Why none was."""
    refused: str = ""
    """Why it cannot be wrapped, and what to do instead; empty where it can."""
