"""The read model: the whole history as numpy columns, kept current by position."""

from adapters.readmodel.history import History
from adapters.readmodel.readmodel import ReadModel, default_cache_dir

__all__ = ["History", "ReadModel", "default_cache_dir"]
