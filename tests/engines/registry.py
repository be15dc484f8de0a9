"""A registry of one image inside an engine's namespaces, where no other can be reached.

Run as a program (`python -m tests.engines.registry PORT`) it serves; `registry()` runs it.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.engines.running import RunningEngine

PORT = 5000
REFERENCE = f"127.0.0.1:{PORT}/far/away:1"

_OCI = "application/vnd.oci.image"
_MANIFEST = f"{_OCI}.manifest.v1+json"


@contextmanager
def registry(engine: RunningEngine) -> Iterator[None]:
    """A registry from which the engine can pull `REFERENCE` while the context lasts."""
    inside = ("nsenter", "--target", str(engine.pid), "--net")
    subprocess.run([*inside, "--mount", "busybox", "ip", "link", "set", "lo", "up"], check=True)
    serve = [*inside, sys.executable, "-m", "tests.engines.registry", str(PORT)]
    server = subprocess.Popen(serve, stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        assert server.stdout.readline() == b"ready\n"
        yield
    finally:
        server.stdout.close()
        server.kill()
        server.wait()


def _contents() -> dict[str, tuple[str, bytes]]:
    """By path, what is served of the image: one empty file."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("far"))
    layer = archive.getvalue()
    settings = {"type": "layers", "diff_ids": [_digest(layer)]}
    config = _json(architecture="amd64", os="linux", config={}, rootfs=settings)
    manifest = _json(
        schemaVersion=2,
        mediaType=_MANIFEST,
        config=_descriptor("config.v1+json", config),
        layers=[_descriptor("layer.v1.tar", layer)],
    )
    names = ("manifests/1", f"manifests/{_digest(manifest)}")
    blobs = {
        f"blobs/{_digest(each)}": ("application/octet-stream", each) for each in (layer, config)
    }
    return dict.fromkeys(names, (_MANIFEST, manifest)) | blobs


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _json(**parts: object) -> bytes:
    return json.dumps(parts).encode()


def _descriptor(kind: str, content: bytes) -> dict[str, object]:
    return {"mediaType": f"{_OCI}.{kind}", "digest": _digest(content), "size": len(content)}


_SERVED = {f"/v2/far/away/{name}": what for name, what in _contents().items()}
_SERVED["/v2/"] = ("application/json", b"{}")


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD of the distribution specification."""

    protocol_version = "HTTP/1.1"
    # Engines that try TLS first give up unless they are answered in HTTP.
    default_request_version = "HTTP/1.0"

    def do_HEAD(self) -> bytes:
        kind, content = _SERVED.get(self.path, ("", b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Docker-Content-Digest", _digest(content))
        self.end_headers()
        return content

    def do_GET(self) -> None:
        self.wfile.write(self.do_HEAD())

    def log_message(self, *args: object) -> None:
        pass


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler) as server:
        print("ready", flush=True)
        server.serve_forever()
