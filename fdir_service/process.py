"""Settings of the daemon's own process: what to set before anything is imported, and when it is ready."""

import gc
import os

BEFORE = {
    # The daemon multiplies no large matrices; the threads that NumPy's library would start cost time at once.
    "OPENBLAS_NUM_THREADS": "1",
    # Looking for plugins reads the metadata of every installed package; no model of ours has one.
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
}


def begin() -> None:
    """Set what has to be set before NumPy and pydantic are imported; the environment's own values stay.

    While modules are loaded little becomes garbage, so nobody looks for it.
    """
    gc.disable()
    for name, value in BEFORE.items():
        os.environ.setdefault(name, value)


def ready() -> None:
    """Collect garbage from now on, but never look at what the start has built: it stays for good."""
    gc.freeze()
    gc.enable()
