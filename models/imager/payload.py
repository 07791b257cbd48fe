"""Indices of payload faults: statistics of one image, and the ONNX graph that computes them.

A defocused image looks like cloud and a noisy one like clear ground, so these are judged first. What sets a
fault apart from a scene is that a scene changes all colours together, and noise each on its own.
"""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray

from models.card import INPUT_NAME
from models.graph import GraphWriter, Value

Singles = NDArray[np.float32]

OUTPUTS: Final = ("columns", "lines", "saturated", "noise", "defocus")
ANY: Final = "any"
"""Output that is at least 1 where another one reaches its threshold."""
FULL: Final = 254.5
"""From here on a pixel of 8 bits is saturated."""
FLOOR: Final = 0.005
"""Energy (DN^2) below which bands are not told apart: that of noise which colours share by chance."""
BLOCK: Final = 8
"""Edge of the blocks in which noise is looked for, pixels."""
QUIET: Final = 0.25
"""Share of the blocks, the quietest, that tell the noise: edges of coloured things are in the others."""
_STEP: Final = np.array([-0.5, 1.0, -0.5])
_FINE: Final = np.array([1.0, -4.0, 6.0, -4.0, 1.0]) / math.sqrt(70.0)
"""A high-pass filter that gives noise its own standard deviation, and next to nothing for what is smooth."""


class PayloadGraph:
    """Writes the statistics of images (H, W, 3) of 8 bits into a graph.

    - ``columns``, ``lines``: largest deviation of a column's (line's) mean from that of its neighbours, DN;
    - ``saturated``: share of saturated values;
    - ``noise``: DN, from diagonal differences between the colours in the quietest blocks (after the wavelet
      estimate of Donoho and Johnstone, 1994, with a mean and a quantile of blocks for their median);
    - ``defocus``: log energy that the colours share in the band of 8 pixels, less that in the band of 4. The
      band of 2 pixels cannot tell: in a sharp ocean it holds little more than noise.
    """

    def __init__(self, height: int, width: int) -> None:
        if min(height, width) < 4 * BLOCK:
            raise ValueError(f"images of {height} x {width}: an edge has at least {4 * BLOCK} pixels")
        self.graph = GraphWriter()
        self._blocks = (height // BLOCK) * (width // BLOCK)
        shape = self.graph.constant([-1, height, width, 3])
        image = self.graph.add("Reshape", INPUT_NAME, shape)
        self._colours = self.graph.add("Transpose", image, perm=[0, 3, 1, 2])
        self._one = self.graph.constant([1])

    def scores(self) -> Value:
        """Return the statistics (batch, 5) in the order of `OUTPUTS`."""
        found = [self._steps(2), self._steps(3), self._saturated(), self._noise(), self._defocus()]
        columns = [self.graph.add("Reshape", value, self.graph.constant([-1, 1])) for value in found]
        return self.graph.add("Concat", *columns, axis=1)

    def _single(self, value: float) -> Value:
        return self.graph.constant(np.array(value, np.float32))

    def _mean(self, value: Value, axes: tuple[int, ...]) -> Value:
        return self.graph.add("ReduceMean", value, self.graph.constant(axes), keepdims=1)

    def _filter(self, value: Value, kernel: NDArray[np.float64], **attributes: int | list[int]) -> Value:
        return self.graph.add("Conv", value, self.graph.constant(kernel.astype(np.float32)), **attributes)

    def _steps(self, along: int) -> Value:
        """Mean over the colours and along one axis; each value against its two neighbours on the other."""
        profile = self._mean(self._colours, (1, along))
        pads, shape = ([0, 0, 0, 1] * 2, (1, 1, 1, 3)) if along == 2 else ([0, 0, 1, 0] * 2, (1, 1, 3, 1))
        wide = self.graph.add("Pad", profile, self.graph.constant(pads), mode="reflect")
        deviation = self.graph.add("Abs", self._filter(wide, _STEP.reshape(shape)))
        return self.graph.add("ReduceMax", deviation, self.graph.constant((1, 2, 3)), keepdims=0)

    def _saturated(self) -> Value:
        full = self._single(FULL)
        reached = self.graph.add("GreaterOrEqual", self._colours, full)
        return self._mean(self.graph.cast(reached, onnx.TensorProto.FLOAT), (1, 2, 3))

    def _noise(self) -> Value:
        diagonal = np.array([[1.0, -1.0], [-1.0, 1.0]]) / 2.0
        pairs = np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]]) / math.sqrt(2.0)
        kernel = pairs[:, :, None, None] * diagonal
        size = self.graph.add("Abs", self._filter(self._colours, kernel, strides=[2, 2]))
        pooled = self.graph.add("AveragePool", size, kernel_shape=[BLOCK // 2] * 2, strides=[BLOCK // 2] * 2)
        flat = self.graph.add("Reshape", pooled, self.graph.constant([0, -1]))
        quiet = self.graph.constant([max(1, round(QUIET * 2 * self._blocks))])
        values, _ = self.graph.add_many(2, "TopK", flat, quiet, axis=1, largest=0, sorted=0)
        least = self.graph.add("ReduceMax", values, self._one, keepdims=1)
        return self.graph.add("Mul", least, self._single(math.sqrt(math.pi / 2.0)))

    def _defocus(self) -> Value:
        half = self._halved(self._colours)
        return self.graph.add("Sub", self._energy(self._halved(half)), self._energy(half))

    def _halved(self, colours: Value) -> Value:
        return self.graph.add("AveragePool", colours, kernel_shape=[2, 2], strides=[2, 2])

    def _energy(self, colours: Value) -> Value:
        """Return the log of the energy that colours share in the finest band, (batch, 1, 1, 1)."""
        shared = []
        for shape in ((1, 1, 1, 5), (1, 1, 5, 1)):
            kernel = np.repeat(_FINE.reshape(shape), 3, axis=0)
            fine = self._filter(colours, kernel, group=3)
            red, green, blue = self.graph.add_many(3, "Split", fine, axis=1, num_outputs=3)
            both = self.graph.add("Mul", green, self.graph.add("Add", red, blue))
            shared.append(self._mean(both, (1, 2, 3)))
        energy = self.graph.add("Mul", self.graph.add("Add", *shared), self._single(0.25))
        floor = self._single(FLOOR)
        kept = self.graph.add("Add", self.graph.add("Relu", energy), floor)
        return self.graph.add("Log", kept)


def with_any(graph: GraphWriter, scores: Value, thresholds: Mapping[str, float]) -> Value:
    """Append to scores (batch, 5) the largest of them in units of its threshold."""
    units = np.array([[1.0 / thresholds[name] for name in OUTPUTS]], np.float32)
    relative = graph.add("Mul", scores, graph.constant(units))
    largest = graph.add("ReduceMax", relative, graph.constant([1]), keepdims=1)
    return graph.add("Concat", scores, largest, axis=1)
