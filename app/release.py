"""Which release of Shipslog this is."""


def release() -> str:
    """The installed version; `unreleased` where Shipslog runs from its source folder."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("shipslog")
    except PackageNotFoundError:
        return "unreleased"
