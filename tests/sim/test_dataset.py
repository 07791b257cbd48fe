import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.dataset import COLUMNS, Batch, DatasetSettings, concatenate, generate, heading_grid
from sim.faults import Mode
from sim.sensors import Sensor, Setting, model_of

SETTINGS = DatasetSettings()


def make(seed: int = 1, n: int = 5, batch: int = 2, samples: int = 1500, **others: object) -> Batch:
    settings = others.pop("settings", SETTINGS)
    return concatenate(generate(settings, n, seed, samples=samples, batch=batch, **others))


@pytest.fixture(scope="module")
def data() -> Batch:
    return make(seed=4, n=40, batch=20, samples=4096)


def test_shapes_and_types(data):
    assert data.headings.shape == (40,)
    assert data.signals.shape == (40, 4096, len(COLUMNS))
    assert data.signals.dtype == np.float64
    assert data.labels.shape == (40, 4096, 2)
    assert data.axis_labels.shape == (40, 4096, 6)
    assert data.labels.dtype == data.axis_labels.dtype == np.bool_
    assert np.isfinite(data.signals).all()


def test_labels_tell_the_faults_and_nothing_else(data):
    expected = np.zeros_like(data.axis_labels)
    for entry in data.faults:
        first = 3 * (entry.sensor is Sensor.IMU)
        columns = expected[entry.trajectory, entry.fault.start : entry.fault.stop, first : first + 3]
        columns[:, entry.fault.axes.columns] = True
    assert (data.axis_labels == expected).all()
    assert (data.labels[..., 0] == expected[..., :3].any(axis=-1)).all()
    assert (data.labels[..., 1] == expected[..., 3:].any(axis=-1)).all()


def test_about_one_sample_in_thirteen_is_faulty_per_sensor(data):
    assert data.labels.mean(axis=(0, 1)) == pytest.approx(0.076, abs=0.012)
    assert not data.labels.all(axis=-1).any()


def test_faults_without_noise_repeat_and_the_others_do_not(data):
    for entry in data.faults:
        first = 3 * (entry.sensor is Sensor.IMU)
        rows = slice(entry.fault.start, entry.fault.stop)
        stuck = data.signals[entry.trajectory, rows, first : first + 3][:, entry.fault.axes.columns]
        if entry.fault.noise:
            sigma = model_of(entry.sensor, Setting.N).white
            assert stuck.std(axis=0) == pytest.approx(sigma, rel=0.5)
        else:
            assert (stuck == stuck[0]).all()


def test_energy_tells_hard_faults_from_easy_ones(data):
    energies = {mode: [e.energy for e in data.faults if e.fault.mode is mode] for mode in Mode}
    assert min(energies[Mode.BEYOND]) > 30.0
    assert np.mean(np.array([e.energy for e in data.faults]) < 8.0) < 0.05
    assert np.median(energies[Mode.LAST]) < np.median(energies[Mode.INSIDE])


def test_the_seed_decides_and_the_batch_does_not():
    once, again, other = make(batch=2), make(batch=5), make(seed=2)
    assert once.signals.tobytes() == again.signals.tobytes()
    assert (once.axis_labels == again.axis_labels).all()
    assert once.faults == again.faults
    assert (once.signals != other.signals).mean() > 0.95
    assert once.faults != other.faults


def test_no_two_trajectories_share_their_noise():
    quiet = make(n=6, samples=30).signals
    flat = quiet.reshape(6, -1)
    assert np.unique(flat, axis=0).shape == flat.shape


def test_setting_b_is_noisier_on_the_same_flights():
    tactical = DatasetSettings(setting=Setting.B)
    nominal, noisy = make(samples=20), make(samples=20, settings=tactical)
    ratio = np.diff(noisy.signals, axis=1).std(axis=(0, 1)) / np.diff(nominal.signals, axis=1).std(
        axis=(0, 1)
    )
    assert ratio == pytest.approx(np.array([2.0] * 3 + [1 / 0.47] * 3), rel=0.1)


@given(st.integers(1, 50), st.floats(0.0, 1.0))
def test_headings_are_equally_spaced(n, offset):
    grid = heading_grid(n, offset)
    assert len(grid) == n
    assert np.diff(grid) == pytest.approx(2 * np.pi / n)
    assert grid[0] == pytest.approx(offset * 2 * np.pi / n)


def test_the_offset_shifts_the_grid():
    assert make(offset=0.5, samples=10).headings == pytest.approx(heading_grid(5) + np.pi / 5)


def test_batches_come_one_by_one():
    batches = generate(SETTINGS, 5, 1, samples=10, batch=2)
    assert [len(batch.headings) for batch in batches] == [2, 2, 1]
