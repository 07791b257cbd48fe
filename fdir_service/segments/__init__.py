"""Segments of a stream: cut while it runs, each with its features."""

from fdir_service.segments.segmenter import Segmenter

__all__ = ["Segmenter"]
