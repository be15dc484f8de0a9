"""What real builders told of two builds, one finished and one failed, kept as files.

`python -m tests.adapters.engines.buildkit.recordings` records them again, as root, with the engines
of `tests.engines`. Left out of them is what Shipslog does not read and what says something about
the machine: stack traces, resource usage, layers.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "recorded"
ENGINES = ("docker-26.1", "docker-28.5", "docker-28.5-containerd")
CASES = ("finished", "failed")

SECRET = "tok-anchor-3311"
"""The value of the build argument SHOP_TOKEN."""
DEFAULT = "tok-keel-2204"
"""The default of the build argument SHOP_PASSWORD, in the Dockerfile."""

DOCKERFILE = f"""FROM shipslog/base:1 AS one
ARG SHOP_TOKEN
ARG SHOP_PASSWORD={DEFAULT}
ARG PLACE=/srv
WORKDIR $PLACE
RUN echo "$SHOP_TOKEN $SHOP_PASSWORD" > "$PLACE/page"
COPY sign $PLACE/$SHOP_TOKEN
FROM shipslog/base:1 AS two
COPY --from=one /srv /srv
RUN test -z "$SHOP_TOKEN" && exit 3
"""


class Recorded(NamedTuple):
    """The bytes of one event, of the answers to Status, and of the blobs by their digest."""

    event: bytes
    status: list[bytes]
    blobs: dict[str, bytes]


def recorded(engine: str, case: str) -> Recorded:
    """What the engine told of a build."""
    told = json.loads((FOLDER / f"{engine}-{case}.json").read_bytes())
    return Recorded(
        base64.b64decode(told["event"]),
        [base64.b64decode(part) for part in told["status"]],
        {digest: base64.b64decode(blob) for digest, blob in told["blobs"].items()},
    )


# -- recording, only below


def _write(engine: str, case: str, told: Recorded) -> None:
    text = {
        "event": base64.b64encode(told.event).decode(),
        "status": [base64.b64encode(part).decode() for part in told.status],
        "blobs": {key: base64.b64encode(blob).decode() for key, blob in told.blobs.items()},
    }
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{engine}-{case}.json").write_text(json.dumps(text, indent=1) + "\n")


Fields = list[tuple[int, "int | bytes"]]


def _rewritten(data: bytes, change: Callable[[Fields], Fields]) -> bytes:
    from adapters.engines.buildkit import protobuf

    parts = []
    for number, value in change(list(protobuf._split(data))):
        wire = 0 if isinstance(value, int) else 2
        parts.append(protobuf._varint(number << 3 | wire))
        if isinstance(value, int):
            parts.append(protobuf._varint(value))
        else:
            parts += [protobuf._varint(len(value)), value]
    return b"".join(parts)


def _without_stacks(fields: Fields) -> Fields:
    """Of a google.rpc.Status: without the details that tell of the daemon's own code."""
    return [(n, v) for n, v in fields if not (n == 3 and b"stack.Stack+json" in bytes(v)[:64])]


def _lean_record(fields: Fields) -> Fields:
    """Of a BuildHistoryRecord: without the image's whole configuration, as nobody reads it."""
    kept: Fields = []
    for number, value in fields:
        if number == 9 and b"containerimage.config" in bytes(value)[:40]:
            continue
        if number == 5 and isinstance(value, bytes):
            value = _rewritten(value, _without_stacks)
        kept.append((number, value))
    return kept


def _lean_event(fields: Fields) -> Fields:
    return [(n, _rewritten(v, _lean_record) if isinstance(v, bytes) else v) for n, v in fields]


def _lean_blob(blob: bytes) -> bytes:
    if not blob.startswith(b"{"):
        return _rewritten(blob, _without_stacks)
    predicate = json.loads(blob)
    predicate.pop("buildConfig", None)
    own = predicate["metadata"]["https://mobyproject.org/buildkit@v1#metadata"]
    for key in ("layers", "sysUsage"):
        own.pop(key, None)
    own["source"].pop("locations", None)
    for info in own["source"]["infos"]:
        info.pop("llbDefinition", None)
        info.pop("digestMapping", None)
    return json.dumps(predicate).encode()


def _lean(told: Recorded) -> Recorded:
    event, blobs = _rewritten(told.event, _lean_event), {}
    for digest, blob in told.blobs.items():
        lean = _lean_blob(blob)
        name = f"sha256:{hashlib.sha256(lean).hexdigest()}"
        event = event.replace(digest.encode(), name.encode())
        blobs[name] = lean
    return Recorded(event, told.status, blobs)


def _record(kind: Any, folder: Path) -> None:
    from adapters.engines.buildkit import calls, contents
    from adapters.engines.buildkit.lines import upgraded_line
    from adapters.engines.buildkit.messages import HistoryEvent, HistoryRequest, StatusRequest
    from adapters.engines.buildkit.protobuf import decode, encode
    from adapters.engines.endpoints import Endpoint
    from tests.engines.running import start

    with start(kind, folder) as engine:
        engine.base_image()
        context = engine.workdir / "web"
        context.mkdir()
        (context / "Dockerfile").write_text(DOCKERFILE)
        (context / "sign").write_text("open")
        build = ("build", "--network", "none", "--build-arg", f"SHOP_TOKEN={SECRET}")
        tags = ("--tag", "shop/web:1", "--tag", "shop/web:latest")
        engine.docker(*build, *tags, "--target", "one", str(context))
        engine.docker(*build, "--tag", "shop/broken:1", str(context), check=False)
        line = upgraded_line(Endpoint("", engine.url))
        listen = line.channel.unary_stream(calls.LISTEN)
        for data in listen(encode(HistoryRequest(early_exit=True))):
            record = decode(data, HistoryEvent).record
            status = line.channel.unary_stream(calls.STATUS)(encode(StatusRequest(record.ref)))
            wanted = contents._attestations(record)
            wanted += [record.external_error] if record.external_error else []
            blobs = {blob.digest: contents.read_blob(line, blob) for blob in wanted}
            case = "failed" if record.error else "finished"
            _write(kind.name, case, _lean(Recorded(data, list(status), blobs)))
        line.close()


def main() -> None:
    """Records all engines."""
    from tests.engines.running import KINDS

    for name in ENGINES:
        with tempfile.TemporaryDirectory(prefix="shipslog-") as folder:
            _record(KINDS[name], Path(folder))
        for file in FOLDER.glob(f"{name}-*.json"):
            for text in json.loads(file.read_bytes())["blobs"].values():
                assert not re.search(rb"/tmp/|--data-root", base64.b64decode(text)), file
        print(name, flush=True)


if __name__ == "__main__":
    main()
