"""The three files that TLS to an engine takes, as the docker command line names them."""

from pathlib import Path

from docker.tls import TLSConfig


def tls_of(folder: Path, *, verify: bool) -> TLSConfig | None:
    """What `ca.pem`, `cert.pem` and `key.pem` of a folder make of TLS; None without any of them.

    Raises:
        DockerException: the files are not what they should be.
    """
    found = {part: folder / f"{part}.pem" for part in ("ca", "cert", "key")}
    there = {part: str(file) for part, file in found.items() if file.is_file()}
    if not there:
        return None
    pair = (there["cert"], there["key"]) if {"cert", "key"} <= there.keys() else None
    return TLSConfig(client_cert=pair, ca_cert=there.get("ca"), verify=verify)
