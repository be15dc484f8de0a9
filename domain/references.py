"""Image names in their familiar form: `web` is `web:latest`, Docker Hub's host is left away."""

from domain.identity import looks_like_id

_HUB_PREFIXES = ("docker.io/library/", "docker.io/", "index.docker.io/library/", "index.docker.io/")


def familiar(name: str) -> str:
    """The reference as the engine lists it, with its tag or digest.

    `docker.io/library/web` and `web` both give `web:latest`; ids and `<none>:<none>` stay.
    """
    if looks_like_id(name):
        return name
    for prefix in _HUB_PREFIXES:
        if name.startswith(prefix):
            name = name[len(prefix) :]
            break
    repository, at, digest = name.partition("@")
    has_tag = ":" in repository.rpartition("/")[2]
    if at or has_tag:
        return f"{repository}{at}{digest}"
    return f"{repository}:latest"


def is_tag(name: str) -> bool:
    """Whether a listed name is a tag, not a digest, an id or the engine's mark for none.

    The containerd image store lists `moby-dangling@sha256:…` among the names.
    """
    return bool(name) and "@" not in name and "<none>" not in name and not looks_like_id(name)
