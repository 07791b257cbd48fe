"""Decision trees as arrays, and as one node of an ONNX graph."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.graph import GraphWriter, Value

DOMAIN: Final = "ai.onnx.ml"
VERSION: Final = 3
_LEAF: Final = -1
"""What scikit-learn writes for the child of a leaf."""


@dataclass(frozen=True, slots=True)
class Trees:
    """n nodes of all trees, one tree after the other; the sum of the reached leaves is the output.

    Attributes
    ----------
    tree, node : (n,) number of the tree and of the node in it.
    feature, threshold : (n,) a split goes left where ``x[feature] <= threshold``, float32.
    left, right : (n,) children by their number in the tree; -1 in a leaf.
    value : (n,) float32, what a leaf adds.

    """

    tree: NDArray[np.int64]
    node: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float32]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float32]

    @classmethod
    def of(cls, fitted: Iterable[tuple[Any, NDArray[np.float64]]], weight: float) -> Self:
        """Take the trees of scikit-learn with the value of each node, times `weight`.

        Thresholds are rounded down to single precision, which leaves every split of single-precision
        numbers as it is.
        """
        parts = [
            (
                np.full(tree.node_count, number),
                np.arange(tree.node_count),
                np.maximum(tree.feature, 0),
                rounded_down(tree.threshold),
                tree.children_left,
                tree.children_right,
                weight * value,
            )
            for number, (tree, value) in enumerate(fitted)
        ]
        tree, node, feature, threshold, left, right, value = map(np.concatenate, zip(*parts, strict=True))
        return cls(tree, node, feature, threshold, left, right, value.astype(np.float32))

    def write(self, graph: GraphWriter, inputs: Value) -> Value:
        """Add the sum over all trees (b, 1) float32 for inputs (b, features) float32."""
        leaf = self.left == _LEAF
        return graph.add_foreign(
            DOMAIN,
            VERSION,
            "TreeEnsembleRegressor",
            inputs,
            n_targets=1,
            nodes_treeids=self.tree,
            nodes_nodeids=self.node,
            nodes_featureids=self.feature,
            nodes_values=np.where(leaf, np.float32(0), self.threshold).tolist(),
            nodes_modes=np.where(leaf, "LEAF", "BRANCH_LEQ").tolist(),
            nodes_truenodeids=np.where(leaf, 0, self.left),
            nodes_falsenodeids=np.where(leaf, 0, self.right),
            target_treeids=self.tree[leaf],
            target_nodeids=self.node[leaf],
            target_ids=np.zeros(int(leaf.sum()), np.int64),
            target_weights=self.value[leaf].tolist(),
        )


def rounded_down(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the largest float32 numbers that are not above `values`."""
    near = values.astype(np.float32)
    return np.where(near > values, np.nextafter(near, np.float32(-np.inf)), near)


def forest_trees(forest: Any) -> Trees:
    """Return the trees of a classifier of two classes; their sum is the probability of the second."""
    trees = [estimator.tree_ for estimator in forest.estimators_]
    return Trees.of(((tree, tree.value[:, 0, 1]) for tree in trees), 1 / len(trees))


def boosted_trees(boosted: Any) -> tuple[Trees, float]:
    """Return the trees of gradient boosting, and what their sum starts from; both are log odds."""
    trees = [estimator.tree_ for estimator in boosted.estimators_[:, 0]]
    prior = float(boosted.init_.class_prior_[1])
    values = ((tree, tree.value[:, 0, 0]) for tree in trees)
    return Trees.of(values, boosted.learning_rate), float(np.log(prior / (1 - prior)))
