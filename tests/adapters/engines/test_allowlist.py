import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.engines.allowlist import ForbiddenRequest, check_path
from tests.properties import thorough

ID = "0123456789abcdef" * 4

ALLOWED = [
    "/_ping",
    "/version",
    "/info",
    "/events",
    "/containers/json",
    f"/containers/{ID}/json",
    f"/containers/{ID[:12]}/json",
    f"/containers/{ID}/changes",
    "/images/json",
    f"/images/sha256:{ID}/json",
    f"/images/{ID}/json",
    "/images/web/json",
    "/images/shop/web:1/json",
    "/images/127.0.0.1:5055/org/demo:1/json",
    f"/images/localhost/web@sha256:{ID}/json",
    "/images/shop/web:1/history",
]
# Docker routes all of these by GET (20.10 to 29); some give away data, some secrets, some a shell.
DANGEROUS = [
    f"/containers/{ID}/export",
    f"/containers/{ID}/archive",
    f"/containers/{ID}/logs",
    f"/containers/{ID}/attach",
    f"/containers/{ID}/attach/ws",
    f"/containers/{ID}/top",
    f"/containers/{ID}/stats",
    f"/exec/{ID}/json",
    "/images/get",
    "/images/shop/web:1/get",
    "/images/search",
    "/distribution/shop/web:1/json",
    "/swarm",
    "/swarm/unlockkey",
    "/secrets",
    "/configs",
    "/nodes",
    "/services",
    "/tasks",
    "/plugins",
    "/plugins/privileges",
    "/networks",
    "/volumes",
    "/system/df",
    "/session",
    "/grpc",
    "/debug/pprof/heap",
    "/libpod/containers/json",
    "/v4.0.0/libpod/secrets/json",
]
TRICKS = [
    "",
    "/",
    "//info",
    "info",
    "/info/",
    "/info?x=1",
    "/info#x",
    "/info\n",
    "\n/info",
    "/INFO",
    "/v1.41",
    "/v1.41/",
    "/v1.41/v1.41/info",
    "/v2.0/info",
    "/v1.x/info",
    "/v1.41//info",
    "http://elsewhere/info",
    "/containers/web/json",
    f"/containers/{ID.upper()}/json",
    f"/containers/{ID}0/json",
    f"/containers/{ID[:11]}/json",
    f"/containers/{ID}/json/../export",
    f"/containers/{ID}%2Fexport?/json",
    f"/containers/../containers/{ID}/json",
    "/images/../containers/json",
    "/images/../swarm/unlockkey?/json",
    "/images/web/../../secrets/json",
    "/images/web%2F..%2F..%2Fsecrets/json",
    "/images/web/get?names=/json",
    "/images/web/get;/json",
    "/images/web\\json",
    "/images/web /json",
    "/images/ web/json",
    "/images/.hidden/json",
    "/images//json",
    "/images/web\x00/json",
    "/images/wéb/json",
    "/images/{id}/json",
    "/events/",
    "/images/web/push",
    "/images/web/tag",
]


@pytest.mark.parametrize("version", ["", "/v1.24", "/v1.41", "/v1.51"])
@pytest.mark.parametrize("path", ALLOWED)
def test_what_shipslog_reads_may_be_requested(path, version):
    assert check_path(version + path) == version + path


@pytest.mark.parametrize("version", ["", "/v1.41"])
@pytest.mark.parametrize("path", DANGEROUS)
def test_what_an_engine_gives_away_by_get_may_not(path, version):
    with pytest.raises(ForbiddenRequest, match="only reads"):
        check_path(version + path)


@pytest.mark.parametrize("path", TRICKS)
def test_tricks_with_paths_do_not_help(path):
    with pytest.raises(ForbiddenRequest, match="only reads"):
        check_path(path)


PIECES = (
    *("/", "..", ".", "%2e", "%2F", "?", "#", "//", "json", "images", "containers", ID, "v1.41"),
    *("export", "get", "archive", "events", "info", "web:1", "@", ";", "\\", "\n", " ", "\0"),
)
pieces = st.sampled_from(PIECES)


@thorough
@given(st.lists(pieces | st.text(max_size=2), max_size=9).map("".join))
def test_whatever_passes_is_one_of_the_listed_forms(path):
    try:
        check_path(path)
    except ForbiddenRequest:
        return
    steps = path.split("/")
    assert steps[0] == ""
    assert steps[-1] in ("_ping", "version", "info", "events", "json", "history", "changes")
    assert not set("?#%\\;{} \n\0") & set(path)
    assert ".." not in path
    place = steps[2] if steps[1].startswith("v1.") else steps[1]
    assert place in ("_ping", "version", "info", "events", "containers", "images")
