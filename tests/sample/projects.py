"""The two compose projects of the sample, `shop` and `blog`, and the images that they are of."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.engines.running import RunningEngine

BUSYBOX = "busybox:1.37"
"""The file system below every image of the sample."""

_TIDY = "trap 'exit 0' TERM HUP INT"

_SERVE = f"""#!/bin/sh
{_TIDY}
while true; do sleep 0.2; done
"""

# What lies in the inbox is read into memory as a whole, whatever it takes.
_WORK = """#!/bin/sh
trap 'exit 0' TERM HUP INT
while true; do
  sleep 0.2
  for album in /inbox/*.zip; do
    if [ -e "$album" ]; then rm "$album"; exec tail /dev/zero; fi
  done
done
"""

_FAIL = """#!/bin/sh
sleep 0.3
echo 'config: pool_size is not set' >&2
exit 1
"""

_MIGRATE = """#!/bin/sh
for step in 1 2 3; do echo "migration $step"; sleep 0.2; done
"""

_QUERY = """#!/bin/sh
sleep 1
echo 41
"""

PASSWORD = "gull-and-anchor-77"
"""Of the database; the recorder may not store it."""

SECRETS = (PASSWORD, "tok-seagull-2210")
"""What may not be in the sample."""

PROBE = 'HEALTHCHECK --interval=1h --start-period=20s --start-interval=1s CMD test -n "$MENU"'
HASTY_PROBE = 'HEALTHCHECK --interval=2s --retries=2 CMD test -n "$MENU"'
"""Of the version that forgot its menu: fails soon, and keeps failing."""

COMPOSE = {
    "shop": """
services:
  db:
    image: org/database:${DATABASE}
    restart: unless-stopped
    environment: {DATABASE_NAME: shop}
    volumes: ["db-data:/data"]
  api:
    image: shop/api:latest
    restart: on-failure:4
    environment: {DATABASE_URL: "db:5432/shop", PAYMENT_TOKEN: tok-seagull-2210, LOG_LEVEL: info}
  web:
    image: shop/web:latest
    restart: unless-stopped
    ports: ["80:8080"]
volumes:
  db-data: {}
""",
    "blog": """
services:
  site:
    image: blog/site:latest
    restart: unless-stopped
    ports: ["8081:8080"]
  worker:
    image: blog/worker:latest
    restart: unless-stopped
    mem_limit: ${WORKER_MEMORY}
    memswap_limit: ${WORKER_MEMORY}
    volumes: ["./inbox:/inbox"]
""",
}

_DOCKERFILE = """
FROM {base}
LABEL org.opencontainers.image.title={title} \\
      org.opencontainers.image.version={version} \\
      org.opencontainers.image.revision={revision} \\
      org.opencontainers.image.base.name={base}
COPY --chmod=755 bin/ /bin/
COPY about library /usr/share/{title}/
{more}
CMD ["serve"]
"""

_PROGRAMS = {"blog/worker": _WORK}

_SIZES = {
    "org/base": 1_900_000,
    "org/database": 31_400_000,
    "shop/web": 5_200_000,
    "shop/api": 9_700_000,
    "blog/site": 3_300_000,
    "blog/worker": 12_600_000,
}
"""How many bytes an image has more than the one below it; they are all zero."""


def home(engine: RunningEngine) -> Path:
    """The home folder of the person who works on the engine's machine."""
    return engine.workdir / "home" / "sam"


def write_projects(engine: RunningEngine) -> None:
    """Puts the compose files where they belong."""
    for project, compose in COMPOSE.items():
        folder = home(engine) / project
        folder.mkdir(parents=True)
        (folder / "compose.yaml").write_text(compose)
    (home(engine) / "blog" / "inbox").mkdir()
    configure(engine, "shop", DATABASE="16.3")
    configure(engine, "blog", WORKER_MEMORY="24m")


def configure(engine: RunningEngine, project: str, **settings: str) -> None:
    """Writes the settings that the project's compose file asks for."""
    lines = (f"{name}={value}\n" for name, value in settings.items())
    (home(engine) / project / ".env").write_text("".join(lines))


def build(
    engine: RunningEngine,
    image: str,
    version: str,
    *,
    base: str = "org/base:1.4",
    program: str | None = None,
    more: str = "",
    tags: tuple[str, ...] = (),
) -> None:
    """Builds a version of an image, by default with the tags of the version and `latest`."""
    project, title = image.split("/")
    context = home(engine) / project / title
    programs = {"migrate": _MIGRATE, "query": _QUERY}
    programs["serve"] = program or _PROGRAMS.get(image, _SERVE)
    (context / "bin").mkdir(parents=True, exist_ok=True)
    for name, text in programs.items():
        (context / "bin" / name).write_text(text)
    (context / "about").write_text(f"{image} {version}\n")
    revision = hashlib.sha1(f"{image} {version}".encode()).hexdigest()
    with (context / "library").open("wb") as library:
        library.truncate(_SIZES[image] + int(revision[:4], 16))
    dockerfile = _DOCKERFILE.format(
        base=base,
        title=title,
        version=version,
        revision=revision,
        more=more,
    )
    (context / "Dockerfile").write_text(dockerfile)
    names = [f"--tag={image}:{tag}" for tag in tags or (version, "latest")]
    engine.docker("build", "--network", "none", *names, str(context))


def build_web(engine: RunningEngine, version: str, base: str = "org/base:1.4") -> None:
    """Builds a version of the shop's web server that says how it is."""
    build(engine, "shop/web", version, base=base, more=f"ENV MENU=full\n{PROBE}")


def build_hasty_web(engine: RunningEngine, version: str) -> None:
    """Builds a version of the shop's web server that has no menu to serve."""
    build(engine, "shop/web", version, more=HASTY_PROBE)


def build_failing_api(engine: RunningEngine, version: str) -> None:
    """Builds a version of the shop's interface that ends as soon as it starts."""
    build(engine, "shop/api", version, program=_FAIL)


def up(engine: RunningEngine, project: str) -> None:
    """Brings the project to what its compose file and its images say."""
    file = home(engine) / project / "compose.yaml"
    engine.docker("compose", "--file", str(file), "up", "--detach")


def nightly_backup(engine: RunningEngine, version: str) -> None:
    """What the machine's clock starts every night."""
    run_job(engine, "shop-backup", f"org/database:{version}", "shop_db-data:/data:ro")


def check_links(engine: RunningEngine, *, broken: bool = False) -> None:
    """What the machine's clock starts every morning."""
    run_job(engine, "blog-linkcheck", "blog/site:latest", exit_code=1 if broken else 0)


def run_job(
    engine: RunningEngine, name: str, image: str, *volumes: str, exit_code: int = 0
) -> None:
    """Runs a container that does its work, ends and is removed."""
    mounts = [f"--volume={volume}" for volume in volumes]
    run = ("run", "--rm", "--network", "none", "--pull", "never", "--name", name)
    work = ("sh", "-c", f"sleep 1; exit {exit_code}")
    engine.docker(*run, *mounts, image, *work, check=exit_code == 0)


def run_aside(engine: RunningEngine, name: str, image: str, *command: str) -> None:
    """Runs a container by hand, beside the projects."""
    run = ("run", "--detach", "--network", "none", "--pull", "never", "--name", name)
    engine.docker(*run, image, *command)


def run_inside(engine: RunningEngine, container: str, *command: str) -> None:
    """Executes a command in a running container, as one does by hand."""
    engine.docker("exec", container, *command)


def drop_album(engine: RunningEngine, name: str) -> None:
    """Puts a large archive of photos into the blog's inbox."""
    (home(engine) / "blog" / "inbox" / name).write_bytes(b"photos")
