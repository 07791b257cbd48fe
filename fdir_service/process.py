"""Settings of the daemon's own process: what to set before anything is imported, and when it is ready."""

import gc
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

BEFORE = {
    # The daemon multiplies no large matrices; the threads that NumPy's library would start cost time at once.
    "OPENBLAS_NUM_THREADS": "1",
    # Looking for plugins reads the metadata of every installed package; no model of ours has one.
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
}
LOADER = "pydantic.plugin._loader"


class NoPlugins(ModuleType):
    """Stands in for the module that looks for pydantic's plugins, where they are switched off.

    Pydantic imports that one all the same, and with it `importlib.metadata`, e-mail and ZIP.
    """

    @staticmethod
    def get_plugins() -> tuple[()]:
        """Return no plugins."""
        return ()

    def __getattr__(self, name: str) -> Any:
        """Make way for the real module if a version of pydantic wants anything else of it."""
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(LOADER, None)
        return getattr(import_module(LOADER), name)


def begin() -> None:
    """Set what has to be set before NumPy and pydantic are imported; the environment's own values stay.

    While modules are loaded little becomes garbage, so nobody looks for it.
    """
    gc.disable()
    for name, value in BEFORE.items():
        os.environ.setdefault(name, value)
    if os.environ["PYDANTIC_DISABLE_PLUGINS"] == "__all__":
        sys.modules.setdefault(LOADER, NoPlugins(LOADER))


def ready() -> None:
    """Collect garbage from now on, but never look at what the start has built: it stays for good."""
    gc.freeze()
    gc.enable()
