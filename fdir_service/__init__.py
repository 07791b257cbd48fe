"""The daemon: composes sources, detectors, the PUS chain, recovery and sinks into one service."""
