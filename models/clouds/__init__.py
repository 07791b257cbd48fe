"""Clouds on pictures: data, an index for use on board, autoencoders as published, and plain comparisons."""
