"""How a container was asked for, read from what the engine tells, so that it can be made again."""

import pytest

from adapters.engines.configurations import read_configuration
from domain.concealing import Concealer, Concealment
from domain.facts.container import Configuration, Endpoint, Mount, Variable

CONCEALMENT = Concealment(frozenset({"KEPT"}), lambda value: f"hash of {value}")


def read(config=None, host=None, **inspect):
    told = {"Id": "f" * 64, "Config": config or {}, "HostConfig": host or {}, **inspect}
    return read_configuration(told, Concealer(CONCEALMENT))


def mounts(*points, config=None, **host):
    return read(config, host, Mounts=list(points)).mounts


def point(destination, kind="volume", **more):
    return {"Type": kind, "Destination": destination, **more}


# --- mounts ---


def test_a_bind_keeps_its_options():
    (mount,) = mounts(point("/t", "bind", Source="/s", RW=False), Binds=["/s:/t/:ro,z"])
    assert mount == Mount(
        "bind", "/t", source="/s", writable=False, form="volume", options=("ro", "z")
    )


def test_a_mount_keeps_its_words():
    asked = {
        "Type": "volume",
        "Source": "v",
        "Target": "/v",
        "VolumeOptions": {
            "NoCopy": True,
            "Subpath": "a",
            "Labels": {"l": "1"},
            "DriverConfig": {"Name": "nfs", "Options": {"o": "addr=1", "password": "hunter2"}},
        },
    }
    (mount,) = mounts(point("/v", Name="v"), Mounts=[asked])
    assert mount.form == "mount"
    assert mount.options == (
        "volume-driver=nfs",
        "volume-nocopy=true",
        "volume-subpath=a",
        "volume-opt=o=addr=1",
        "volume-opt=password=«redacted: name»",
        "volume-label=l=1",
    )


@pytest.mark.parametrize(
    ("config", "host"),
    [
        ({"Volumes": {"/a": {}}}, {}),
        ({}, {"Mounts": [{"Type": "volume", "Target": "/a"}]}),
    ],
)
def test_a_volume_without_a_name_is_anonymous(config, host):
    (mount,) = mounts(point("/a", Name="0" * 64), config=config, **host)
    assert mount.form == "anonymous"


def test_what_nobody_asked_for_here_came_from_another_container():
    (mount,) = mounts(point("/a", Name="lent"), VolumesFrom=["other"])
    assert mount.form == ""


def test_tmpfs_and_bind_options_are_in_the_words_of_the_command_line():
    told = mounts(
        point("/q", "tmpfs"),
        point("/b", "bind", Source="/s"),
        Mounts=[
            {"Type": "tmpfs", "Target": "/q", "TmpfsOptions": {"SizeBytes": 64, "Mode": 448}},
            {
                "Type": "bind",
                "Source": "/s",
                "Target": "/b",
                "BindOptions": {"Propagation": "rslave", "ReadOnlyNonRecursive": True},
            },
        ],
    )
    assert told[0].options == ("tmpfs-size=64", "tmpfs-mode=700")
    assert told[1].options == ("bind-propagation=rslave", "bind-recursive=writable")


# --- networks ---


def test_an_endpoint_is_what_somebody_chose():
    networks = {
        "plain": {"IPAMConfig": None, "Aliases": None, "IPAddress": "10.0.0.1"},
        "chosen": {
            "IPAMConfig": {"IPv4Address": "10.0.0.9", "LinkLocalIPs": ["169.254.1.1"]},
            "Aliases": ["www", "f" * 12],
            "DriverOpts": {"a": "b"},
            "GwPriority": 5,
            "MacAddress": "02:42:00:00:00:01",
        },
    }
    told = {"NetworkSettings": {"Networks": networks}}
    expected = Endpoint(
        "chosen",
        aliases=("www",),
        ipv4="10.0.0.9",
        link_local=("169.254.1.1",),
        driver_options=("a=b",),
        gateway_priority=5,
    )
    running = read(**told, State={"Status": "running"})
    assert running.networks == ("chosen", "plain")
    assert running.endpoints == (expected,)
    (unstarted,) = read(**told, State={"Status": "created"}).endpoints
    assert unstarted.mac_address == "02:42:00:00:00:01"


# --- numbers and switches ---


def test_zero_is_kept_where_it_was_chosen():
    told = read({"StopTimeout": 0}, {"MemorySwappiness": 0, "Memory": 0})
    assert (told.stop_timeout_seconds, told.memory_swappiness) == (0, 0)
    none = read({"StopTimeout": None}, {"MemorySwappiness": -1})
    assert (none.stop_timeout_seconds, none.memory_swappiness) == (None, None)


@pytest.mark.parametrize(
    ("host", "unconfined"),
    [
        ({"MaskedPaths": [], "ReadonlyPaths": []}, True),
        ({"MaskedPaths": None, "ReadonlyPaths": None, "Privileged": True}, False),
        ({"MaskedPaths": ["/proc/kcore"], "ReadonlyPaths": []}, False),
        ({}, False),
    ],
)
def test_system_paths_are_unconfined_where_both_lists_are_empty(host, unconfined):
    assert read(host=host).system_paths_unconfined is unconfined


def test_devices_are_requested_in_the_words_of_gpus():
    request = {"Driver": "", "Count": -1, "DeviceIDs": None, "Capabilities": [["gpu"]]}
    named = {"Driver": "nvidia", "DeviceIDs": ["0", "1"], "Capabilities": [["gpu", "utility"]]}
    told = read(host={"DeviceRequests": [request, named]}).device_requests
    assert told == (
        "count=-1,capabilities=gpu",
        'driver=nvidia,"device=0,1","capabilities=gpu,utility"',
    )


def test_limits_of_block_devices():
    host = {
        "BlkioWeight": 300,
        "BlkioWeightDevice": [{"Path": "/dev/sda", "Weight": 5}],
        "BlkioDeviceReadBps": [{"Path": "/dev/sda", "Rate": 10}],
    }
    told = read(host=host)
    assert told.blkio_weight == 300
    assert told.blkio_limits == ("blkio-weight-device=/dev/sda:5", "device-read-bps=/dev/sda:10")


# --- variables ---


def test_variables_without_a_value_and_with_an_empty_one_differ():
    told = read({"Env": ["BARE", "EMPTY=", "KEPT=1", "SECRET=2"]}).variables
    assert told == (
        Variable("BARE"),
        Variable("EMPTY", "", "hash of "),
        Variable("KEPT", "1", "hash of 1"),
        Variable("SECRET", None, "hash of 2"),
    )


def test_nothing_told_is_nothing_chosen():
    assert read() == Configuration()
