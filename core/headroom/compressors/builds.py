"""Builds, linters and installers: errors and warnings stay whole, progress is counted."""

from typing import Final

from headroom.compressors import run_forms
from headroom.compressors.run_build_tools import BUILD_TOOLS
from headroom.types import Compressed, Compressor, Context

_COMMANDS: Final = (
    *("cargo build", "cargo check", "cargo clippy", "cargo install", "cargo run", "rustc"),
    *("make", "gmake", "cmake", "ninja", "meson", "gcc", "g++", "cc", "c++", "clang", "clang++", "./configure"),
    *("go build", "go vet", "go install", "golangci-lint", "javac"),
    *("tsc", "eslint", "ruff", "flake8", "pylint", "mypy", "pyright", "npm run build", "npm run lint", "npm run"),
    *("npm install", "npm ci", "npm i", "npm update", "pnpm install", "pnpm add", "pnpm run", "pnpm i"),
    *("yarn", "yarn run"),
    *("pip install", "pip3 install", "uv pip", "uv sync", "poetry install", "apt-get", "apt", "bundle install"),
    *("docker build", "docker buildx", "docker compose build", "podman build"),
    *(
        "terraform plan",
        "terraform apply",
        "terraform init",
        "terraform destroy",
        "terraform validate",
        "tofu plan",
    ),
)


def looks_like(text: str) -> bool:
    """Whether a compiler, a linter, a build tool or an installer has spoken at the text's beginning or end."""
    return run_forms.looks_like(text, BUILD_TOOLS)


def compress(text: str, context: Context) -> Compressed:
    """Return a build's output with its errors, warnings and verdicts whole, and its progress counted.

    Raises PassThrough for what is no such output, or when too little would be gained.
    """
    return run_forms.compress(text, context, BUILD_TOOLS)


BUILDS: Final = Compressor("builds", looks_like, compress, commands=_COMMANDS)
