"""The mounts of a container: where they are, and how they were asked for.

An engine tells the former under `Mounts`. Of the latter it keeps the words of `docker run --volume`
(`HostConfig.Binds`) and what `--mount` said (`HostConfig.Mounts`).
"""

import csv
import io
import posixpath
from collections.abc import Sequence
from typing import Any

from adapters.engines.fields import labels_in, maps_in, number_in, section, text_in, texts_in
from domain.concealing import Concealer
from domain.engine_event import writable
from domain.facts.container import Mount

_VOLUME = "volume"
_MOUNT = "mount"
_ANONYMOUS = "anonymous"

Asked = tuple[str, tuple[str, ...]]
"""How a mount was asked for: its form and its options."""


def read_mounts(
    inspect: dict[str, Any], config: dict[str, Any], host: dict[str, Any], concealer: Concealer
) -> tuple[Mount, ...]:
    """Reads `Mounts`, and how each of them was asked for."""
    asked: dict[str, Asked] = {}
    for destination in section(config, "Volumes"):
        asked[posixpath.normpath(destination)] = (_ANONYMOUS, ())
    for item in maps_in(host, "Mounts"):
        anonymous = text_in(item, "Type") == "volume" and not text_in(item, "Source")
        form = _ANONYMOUS if anonymous else _MOUNT
        asked[posixpath.normpath(text_in(item, "Target"))] = (form, _options(item, concealer))
    for bind in texts_in(host, "Binds"):
        destination, options = _bind(bind)
        asked[posixpath.normpath(destination)] = (_VOLUME, options)
    return tuple(_mount(item, asked, concealer) for item in maps_in(inspect, "Mounts"))


def _mount(item: dict[str, Any], asked: dict[str, Asked], concealer: Concealer) -> Mount:
    destination = text_in(item, "Destination")
    form, options = asked.get(posixpath.normpath(destination), ("", ()))
    return Mount(
        type=text_in(item, "Type"),
        destination=destination,
        source=concealer.text(text_in(item, "Source")),
        name=text_in(item, "Name"),
        writable=bool(item.get("RW", True)),
        propagation=text_in(item, "Propagation"),
        form=form,
        options=options,
    )


def _bind(text: str) -> tuple[str, tuple[str, ...]]:
    """(destination, options) of `source:destination[:options]`."""
    parts = text.split(":")
    if len(parts) > 2 and not parts[-1].startswith("/"):
        return parts[-2], tuple(filter(None, parts[-1].split(",")))
    return parts[-1], ()


def _options(item: dict[str, Any], concealer: Concealer) -> tuple[str, ...]:
    """What `--mount` said besides type, source, target and readonly, in its words."""
    bind, volume = section(item, "BindOptions"), section(item, "VolumeOptions")
    tmpfs, driver = section(item, "TmpfsOptions"), section(volume, "DriverConfig")
    options = {
        "consistency": text_in(item, "Consistency"),
        "bind-propagation": text_in(bind, "Propagation"),
        "bind-nonrecursive": "true" if bind.get("NonRecursive") else "",
        "bind-recursive": _recursion(bind),
        "volume-driver": text_in(driver, "Name"),
        "volume-nocopy": "true" if volume.get("NoCopy") else "",
        "volume-subpath": text_in(volume, "Subpath"),
        "image-subpath": text_in(section(item, "ImageOptions"), "Subpath"),
        "tmpfs-size": str(number_in(tmpfs, "SizeBytes") or ""),
        "tmpfs-mode": f"{mode:o}" if (mode := number_in(tmpfs, "Mode")) else "",
    }
    written = [f"{name}={value}" for name, value in options.items() if value]
    for name, pairs in (
        ("volume-opt", labels_in(driver, "Options")),
        ("volume-label", labels_in(volume, "Labels")),
    ):
        clean = concealer.named(pairs)
        written += [f"{name}={key}={value}" for key, value in sorted(clean.items())]
    return tuple(map(writable, written))


def _recursion(bind: dict[str, Any]) -> str:
    if bind.get("ReadOnlyNonRecursive"):
        return "writable"
    return "readonly" if bind.get("ReadOnlyForceRecursive") else ""


def comma_separated(fields: Sequence[str]) -> str:
    """The fields as one line of CSV, as the options of `docker run` take it."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(fields)
    return line.getvalue()
