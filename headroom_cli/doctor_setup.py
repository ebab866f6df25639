"""`headroom doctor` on what is installed and set: settings with their origin, prices, kernels, other packages."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from headroom_cli.doctor_findings import NOTE, OK, PROBLEM, Finding

if TYPE_CHECKING:
    from headroom.settings import Settings

_OLD_PRICES_DAYS = 120
_SHOWN = 8
_OURS = "headroom-local"


def check() -> Iterator[Finding]:
    """Look at the settings, the prices, the kernels, and for another package in our place."""
    yield from (_settings(), _prices(), _kernels(), judge_packages(packages()))


def _settings() -> Finding:
    from headroom import settings

    try:
        return judge_settings(settings.load(folder=settings.working_folder()))
    except settings.SettingError as error:
        return Finding(
            "settings", PROBLEM, str(error), "correct or remove it; headroom config path names the file"
        )


def judge_settings(values: "Settings") -> Finding:
    """Say which settings are not the default, and whether one of them switches compression off."""
    from headroom_cli.config_values import shown, undone

    changed = [
        f"{name} = {shown(values[name])} ({origin})"
        for name, origin in values.origins.items()
        if origin != "default"
    ]
    listed = "; ".join(changed[:_SHOWN]) + (f"; and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else "")
    if not values["compress.enabled"]:
        return Finding(
            "settings",
            NOTE,
            f"compress.enabled is off: nothing is made smaller; {listed}",
            undone("compress.enabled", values.origins["compress.enabled"]),
        )
    told = f"{len(changed)} of {len(values.origins)} are not the default" + (f": {listed}" if changed else "")
    return Finding("settings", OK, told)


def _prices() -> Finding:
    from headroom import pricing, settings
    from headroom_cli.show import user_prices

    try:
        own = user_prices()
    except settings.SettingError:
        return Finding("prices", NOTE, "yours are not looked for, since a setting is wrong", "correct that first")
    except pricing.PriceError as error:
        return Finding("prices", PROBLEM, str(error), "correct the file, or headroom config unset prices.file")
    today = datetime.now(UTC).date()
    days = min((today - row.effective_from).days for row in pricing.shipped() if row.effective_from <= today)
    told = f"the newest shipped price is {days} days old" + (f", {len(own)} of your own" if own else "")
    is_old = days > _OLD_PRICES_DAYS
    return Finding("prices", NOTE if is_old else OK, told, "a newer version, or prices.file" if is_old else "")


def _kernels() -> Finding:
    from headroom import kernels

    if kernels.IMPLEMENTATION == "native":
        return Finding("kernels", OK, "compiled")
    return Finding(
        "kernels", NOTE, "not compiled: slower, otherwise the same", "in a checkout: pip install ./native"
    )


def packages(path: Sequence[str] | None = None) -> list[str]:
    """Return the distributions that bring a package named headroom, by name.

    Args:
        path: folders to look in; those of this interpreter when None.
    """
    from importlib.metadata import distributions

    found = distributions(path=list(path)) if path is not None else distributions()
    names = {each.metadata["Name"] for each in found if _brings_headroom(each.read_text("RECORD") or "")}
    return sorted(name for name in names if name)


def _brings_headroom(record: str) -> bool:
    return "\nheadroom/__init__.py," in f"\n{record}"


def judge_packages(names: Sequence[str]) -> Finding:
    """Say whether another package's files lie over ours: an installer writes over them without a word."""
    others = [name for name in names if name.lower().replace("_", "-") != _OURS]
    if others:
        told = f"{', '.join(others)} also brings a package named headroom: each writes over the other's files"
        todo = f"pip uninstall {' '.join(others)} {_OURS}, then install one; uv tool install keeps them apart"
        return Finding("packages", PROBLEM, told, todo)
    return Finding("packages", OK, "no other package named headroom is in this environment")
