import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.check import findings
from models.dclop.assignment import assign
from models.dclop.clop import Clop, ClopSettings
from models.dclop.cost import card_of, made
from models.dclop.encoder import Encoder, Layer
from models.dclop.export import (
    TOLERANCE,
    build,
    export_dclop,
    largest_difference,
    open_graph,
    outputs,
    run,
)
from models.dclop.model import Dclop
from models.dclop.standardisation import Standardisation
from models.errors import DifferenceError
from models.metadata import read_card


def blobs(sizes, width, seed, offset=0.0, settings=None, clip=None, both=False):
    """Return a detector without a network around groups of 3 channels, and its rows."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(sizes), 3))
    labels = np.repeat(np.arange(len(sizes)), sizes)
    rows = (centres[labels] + width * rng.normal(size=(len(labels), 3)) + offset).astype(np.float32)
    standardisation = Standardisation.fit(rows, clip)
    points = standardisation(rows)
    centres = np.stack([points[labels == k].mean(axis=0) for k in range(len(sizes))])
    clop = Clop.fit(points, assign(points, centres)[0], settings)
    mixing = Encoder((Layer(rng.normal(size=(3, 3)), np.zeros(3)),)) if both else Encoder.identity(3)
    if not both:
        return Dclop(standardisation, mixing, centres, clop), rows
    latent, centres = mixing(points), mixing(centres)
    labels = assign(latent, centres)[0]
    fitted = (Clop.fit(values, labels, settings) for values in (latent, points))
    return Dclop(standardisation, mixing, centres, *fitted), rows


def difference(model, rows):
    return largest_difference(model, build(model, card_of(model)), rows)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(2, 80), min_size=1, max_size=5),
    st.sampled_from([1.0, 0.1, 1e-2, 1e-3]),
    st.integers(0, 99),
    st.integers(1, 15),
    st.booleans(),
)
def test_stored_and_new_rows_score_as_in_the_reference_however_tight_the_clusters(
    sizes, width, seed, m, both
):
    model, rows = blobs(sizes, width, seed, settings=ClopSettings(m, extent=2.0), both=both)
    rng = np.random.default_rng(seed)
    around = (rows + width * rng.normal(size=rows.shape)).astype(np.float32)
    anywhere = rng.normal(size=(50, 3)).astype(np.float32)
    assert difference(model, np.concatenate([rows, around, anywhere])) <= TOLERANCE


def test_a_network_of_the_paper_s_size_is_reproduced_too():
    model, rows = made(400)
    rng = np.random.default_rng(1)
    new = (rows + rng.normal(size=rows.shape)).astype(np.float32)
    assert difference(model, np.concatenate([rows, new])) <= TOLERANCE


def test_a_large_mean_does_not_swallow_the_deviation():
    model, rows = blobs((40, 30), 0.1, 0, offset=1e4)
    assert difference(model, rows) <= TOLERANCE


def test_absurd_readings_score_one():
    model, _ = blobs((40, 30), 0.1, 0, clip=None)
    rows = np.array([[1e20, -1e20, 0], [3e38, 3e38, 3e38], [-1e30, 0, 0]], np.float32)
    found = run(open_graph(build(model, card_of(model))), rows)
    assert found[:, 0].tolist() == [1.0, 1.0, 1.0]


def test_a_limit_on_standardised_values_is_in_the_graph():
    model, rows = blobs((40, 30), 0.1, 0, clip=1.5)
    assert difference(model, (rows * 3).astype(np.float32)) <= TOLERANCE
    found = run(open_graph(build(model, card_of(model))), np.full((1, 3), 1e6, np.float32))
    assert found[0, 3:].tolist() == [1.5] * 3


def test_clusters_without_members_are_known_to_the_graph():
    model, rows = blobs((40, 30), 0.1, 0)
    spare = replace(model, centres=np.vstack([model.centres, [[5.0, 5.0, 5.0]]]))
    assert difference(spare, np.vstack([rows, rows + 4]).astype(np.float32)) <= TOLERANCE


def test_equal_rows_are_no_outliers_in_the_graph():
    model = blobs((40, 30), 0.0, 0)[0]
    rows = np.concatenate([blobs((40, 30), 0.0, 0)[1], np.ones((1, 3), np.float32)])
    found = run(open_graph(build(model, card_of(model))), rows)[:, 0]
    assert found.tolist() == [0.0] * 70 + [1.0]


def test_a_batch_does_not_change_a_score():
    model, rows = blobs((40, 30), 0.1, 0)
    session = open_graph(build(model, card_of(model)))
    single = np.concatenate([run(session, rows[k : k + 1]) for k in range(len(rows))])
    assert np.array_equal(single, run(session, rows))


def test_the_file_is_an_ordinary_detector(tmp_path, trained, rows):
    card = card_of(trained.model).model_copy(
        update={"shape": (5,), "channels": card_of(trained.model).channels[:5]}
    )
    path = tmp_path / "folder" / "dclop.onnx"
    assert export_dclop(trained.model, card, path, rows.astype(np.float32)) <= TOLERANCE
    assert findings(path) == []
    names = [output.name for output in read_card(path)[0].outputs]
    assert names == ["score", "cluster", "membership", "latent.0", "latent.1"]


def test_only_the_score_can_become_an_index(trained):
    first, *others = outputs(trained.model, 0.7, 0.5)
    assert (first.name, first.on, first.off) == ("score", 0.7, 0.5)
    assert {(output.on, output.off) for output in others} == {(None, None)}


def test_a_file_that_is_not_the_reference_is_refused(tmp_path, monkeypatch):
    model, rows = blobs((40, 30), 0.1, 0)
    other = build(blobs((40, 30), 0.1, 1)[0], card_of(model))
    monkeypatch.setattr("models.dclop.export.build", lambda *_: other)
    with pytest.raises(DifferenceError, match=r"differs by .* from float64, at most 1e-05"):
        export_dclop(model, card_of(model), tmp_path / "x.onnx", rows)


def test_neither_scores_nor_files_need_torch():
    modules = ", ".join(f"models.dclop.{name}" for name in ("export", "thinning", "cost", "table"))
    words = f"import sys, {modules}; print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
