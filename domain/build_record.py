"""What a builder's own history tells of one build; moments in nanoseconds.

A record holds nothing that a build was given in confidence: of build arguments the names, of logs
nothing, and its texts have passed through the reader's redaction.
"""

from enum import StrEnum

import msgspec

_CANCELLED = 1
"""The code of gRPC for a call that its caller gave up; builders end a stopped build with it."""


class BuildOutcome(StrEnum):
    """How far a build has come."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BuildArgument(msgspec.Struct, frozen=True):
    """A build argument: its name, and a keyed hash by which a change of its value shows."""

    name: str
    fingerprint: str | None = None


class BuildStep(msgspec.Struct, frozen=True):
    """One step, in the builder's words such as `[build 2/4] RUN make`.

    A step without `started_at` was never reached.
    """

    name: str
    started_at: int | None = None
    completed_at: int | None = None
    cached: bool = False
    error: str = ""

    @property
    def of_the_dockerfile(self) -> bool:
        """Whether an instruction stands behind it, not the builder's own housekeeping."""
        return self.name.startswith("[") and not self.name.startswith(("[internal]", "[auth]"))


class BuildTotals(msgspec.Struct, frozen=True):
    """How many steps there were, as the builder counts them; its housekeeping counts too."""

    steps: int = 0
    cached: int = 0
    completed: int = 0
    warnings: int = 0


class BuildFailure(msgspec.Struct, frozen=True):
    """Why a build ended without a result."""

    message: str
    code: int
    """gRPC's code: 1 is cancelled, 2 is any failure of a step."""
    step: str = ""
    """The name of the step that failed; empty where it failed before the first."""
    line: int | None = None
    """The first line of the Dockerfile that the builder points at."""
    exit_code: int | None = None


class BuildOutput(msgspec.Struct, frozen=True):
    """A result with a digest; a folder that was written has none and is not told.

    The digest of an image on the engine is its id: of the config with graph drivers, of the index
    or manifest with the containerd store.
    """

    name: str
    """The reference that it was given; empty for none."""
    digest: str
    exporter: str = ""
    """`image` for one on the engine, `docker` or `oci` for an archive; Docker 26.1 tells none."""


class BaseImage(msgspec.Struct, frozen=True):
    """An image that a stage was built from or copied from, by the builder's provenance.

    With the containerd store the digest is the image's id, and with registries its own digest
    there. With graph drivers the digest of a local image is no id at all; see BaseConfiguration.
    """

    name: str
    digest: str


class BaseConfiguration(msgspec.Struct, frozen=True):
    """What the image under the last stage was like; empty `platform` for the only one."""

    platform: str = ""
    created_at: int | None = None
    layers: tuple[str, ...] = ()
    """The diff ids of its layers, lowest first."""

    def fits(self, layers: tuple[str, ...], created_at: int | None) -> bool:
        """Whether an image that is described so is that base: same layers, made in one moment."""
        return bool(self.layers) and (self.layers, self.created_at) == (layers, created_at)


class Dockerfile(msgspec.Struct, frozen=True):
    """What was built; `sha256` is taken over `text` as it is here.

    It is the file's own checksum unless `altered`, that is, unless something had to be taken out
    or could not be read as text. A checksum of the original would let the missing part be guessed.
    """

    text: str
    sha256: str
    altered: bool = False


class BuildRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One build. The same `ref` with a higher `generation` replaces what was known."""

    ref: str
    generation: int = 0
    created_at: int | None = None
    completed_at: int | None = None
    builder: str = "buildkit"
    dockerfile_name: str = ""
    target: str = ""
    """The stage that was asked for; empty for the last."""
    platforms: tuple[str, ...] = ()
    arguments: tuple[BuildArgument, ...] = ()
    source: str = ""
    """The repository that the files came from, without credentials."""
    revision: str = ""
    """The commit in it; ends in `-dirty` where the builder's client was told to look."""
    directory: str = ""
    """The last part of the folder that was built, where that is known."""
    references: tuple[str, ...] = ()
    """The names that the result has or was to have; Docker 26.1 tells none of a failed build."""
    outputs: tuple[BuildOutput, ...] = ()
    base_images: tuple[BaseImage, ...] = ()
    base_configurations: tuple[BaseConfiguration, ...] = ()
    dockerfile: Dockerfile | None = None
    failure: BuildFailure | None = None
    steps: tuple[BuildStep, ...] = ()
    totals: BuildTotals = BuildTotals()
    missing: tuple[str, ...] = ()
    """Which parts the builder should have had and did not give: `steps`, `provenance`, …"""

    @property
    def outcome(self) -> BuildOutcome:
        """How far it has come."""
        if self.failure is not None:
            cancelled = self.failure.code == _CANCELLED
            return BuildOutcome.CANCELLED if cancelled else BuildOutcome.FAILED
        return BuildOutcome.RUNNING if self.completed_at is None else BuildOutcome.FINISHED

    @property
    def image_ids(self) -> tuple[str, ...]:
        """The ids of the images that it made on the engine, each once."""
        kept = (output.digest for output in self.outputs if output.exporter in ("", "image"))
        return tuple(dict.fromkeys(kept))

    @property
    def fully_cached(self) -> bool:
        """Whether no instruction had to be carried out anew.

        Choosing a base does not count: builders mark that as cached or not as it happens.
        """
        work = [step for step in self.steps if step.of_the_dockerfile and not _chooses_base(step)]
        return bool(work) and all(step.cached for step in work)


def _chooses_base(step: BuildStep) -> bool:
    return step.name.partition("] ")[2].startswith("FROM ")
