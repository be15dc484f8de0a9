"""TCP, plain and with TLS, in front of an engine's Unix socket; on this machine alone."""

from __future__ import annotations

import datetime
import ipaddress
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Welcome = Callable[[socket.socket], socket.socket]

DAY = datetime.timedelta(days=1)


class Authority:
    """A certificate authority, which writes what it issues into folders of three PEM files."""

    def __init__(self, name: str) -> None:
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._own = self._sign(self._name, self._key, -1, 1, x509.BasicConstraints(True, None))

    def issue(self, folder: Path, *, days: int = 1, address: str = "127.0.0.1") -> Path:
        """A certificate and its key in a new folder, with this authority's own as `ca.pem`."""
        folder.mkdir()
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "engine")])
        address_of = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        certificate = self._sign(subject, key, min(-1, days - 1), days, address_of)
        (folder / "ca.pem").write_bytes(_pem(self._own))
        (folder / "cert.pem").write_bytes(_pem(certificate))
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return folder

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        begin: int,
        end: int,
        extension: x509.ExtensionType,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begin * DAY)
            .not_valid_after(now + end * DAY)
            .add_extension(extension, critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def tls_relay(
    engine: Path, server: Path, clients: Path | None = None
) -> AbstractContextManager[int]:
    """The port on which TLS reaches the engine's socket, with the certificate of a folder.

    With `clients`, only who has a certificate from the authority of that folder gets through.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server / "cert.pem", server / "key.pem")
    if clients is not None:
        context.load_verify_locations(clients / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    return relay(engine, lambda connection: context.wrap_socket(connection, server_side=True))


@contextmanager
def relay(engine: Path, welcome: Welcome = lambda connection: connection) -> Iterator[int]:
    """The port on which the engine's socket is reached."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        accepting = (door, welcome, engine)
        thread = threading.Thread(target=_accept, args=accepting, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(door: socket.socket, welcome: Welcome, engine: Path) -> None:
    with suppress(OSError):
        while True:
            connection, _ = door.accept()
            carrying = (connection, welcome, engine)
            threading.Thread(target=_carry, args=carrying, daemon=True).start()


def _carry(connection: socket.socket, welcome: Welcome, engine: Path) -> None:
    with suppress(OSError), connection, socket.socket(socket.AF_UNIX) as inside:
        outside = welcome(connection)
        inside.connect(str(engine))
        with outside:
            while True:
                ready, _, _ = select.select([outside, inside], [], [])
                if inside in ready:
                    outside.sendall(inside.recv(65_536) or _ended())
                # A record of TLS may hold more than was taken of it.
                while outside in ready:
                    inside.sendall(outside.recv(65_536) or _ended())
                    held = isinstance(outside, ssl.SSLSocket) and outside.pending()
                    ready = [outside] if held else []


def _ended() -> bytes:
    raise ConnectionError
