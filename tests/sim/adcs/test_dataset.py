import numpy as np
import pytest
from sklearn.cluster import KMeans

from sim.adcs.anomalies import HARDER, RARE_READING, AnomalySet, Kind
from sim.adcs.dataset import generate
from sim.adcs.environment import FACES
from sim.adcs.passes import is_day
from sim.adcs.sensors import IRRADIANCE, MAG1, MAG2, NAMES, SUN, TEMPERATURE


def test_there_are_as_many_rows_as_in_the_paper(telemetry):
    assert telemetry.values.shape == (793, 27)
    nominal = ~telemetry.labels
    assert (nominal & telemetry.is_day).sum() == 382
    assert (nominal & ~telemetry.is_day).sum() == 400
    assert telemetry.labels.sum() == 11


def test_rows_are_in_order_finite_and_of_15_days(telemetry):
    assert (np.diff(telemetry.times) > 0).all()
    assert np.isfinite(telemetry.values).all()
    assert 14 * 86_400e9 < telemetry.times[-1] < 15 * 86_400e9
    assert (is_day(telemetry.times / 1e9) == telemetry.is_day).all()


def test_the_rare_event_happens_once_with_the_papers_values_near_its_time(telemetry):
    (row,) = np.flatnonzero(telemetry.kinds == Kind.RARE)
    assert telemetry.values[row, MAG2] == pytest.approx(RARE_READING)
    assert telemetry.times[row] == pytest.approx((4 * 86_400 + 38_369) * 1e9, abs=60e9)


def test_ten_rows_have_no_magnetometer_reading_five_by_day_and_five_by_night(telemetry):
    zero = telemetry.kinds == Kind.ZERO
    assert not telemetry.values[zero][:, :6].any()
    assert (zero & telemetry.is_day).sum() == (zero & ~telemetry.is_day).sum() == 5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_second_magnetometer_reads_what_the_papers_does(seed):
    data = generate(seed, AnomalySet.NONE)
    x, y, z = data.values[:, MAG2].T
    assert -47.0 < x.min() < x.max() < -23.0
    assert np.abs([y, z]).max() < 13.0


def test_both_magnetometers_agree_on_the_size_of_the_field(telemetry):
    sound = telemetry.values[~telemetry.labels]
    first, second = (np.linalg.norm(sound[:, mag], axis=1) for mag in (MAG1, MAG2))
    assert np.abs(first - second).max() < 3.0


def test_lit_panels_are_the_warm_ones(telemetry):
    sound = telemetry.values[~telemetry.labels]
    light, warmth = sound[:, IRRADIANCE], sound[:, TEMPERATURE]
    for face in map(FACES.index, ("xp", "yp", "ym", "zp")):
        assert np.corrcoef(light[:, face], warmth[:, face])[0, 1] > 0.5
    lit = warmth[np.arange(len(warmth)), light.argmax(axis=1)]
    assert (lit > warmth.mean(axis=1)).mean() > 0.9


def test_the_morning_lights_x_plus_and_y_plus_and_the_evening_x_minus_y_minus_and_z_plus(telemetry):
    by_day, by_night = (
        dict(zip(NAMES[IRRADIANCE], telemetry.values[rows][:, IRRADIANCE].mean(axis=0), strict=True))
        for rows in (telemetry.is_day, ~telemetry.is_day)
    )
    assert by_day["irrad.xp"] > 800 > 20 > by_night["irrad.xp"]
    assert by_day["irrad.yp"] > 300 > 20 > by_night["irrad.yp"]
    assert by_night["irrad.xm"] > by_day["irrad.xm"]
    assert by_night["irrad.ym"] > 300 > 20 > by_day["irrad.ym"]
    assert by_night["irrad.zp"] > 300
    assert max(by_day["irrad.zm"], by_night["irrad.zm"]) < 200


@pytest.mark.parametrize("seed", [1, 2])
def test_plain_k_means_tells_day_from_night(seed):
    data = generate(seed, AnomalySet.NONE)
    scaled = (data.values - data.values.mean(axis=0)) / data.values.std(axis=0)
    groups = KMeans(2, n_init=3, random_state=0).fit_predict(scaled) == 1
    share = (groups == data.is_day).mean()
    assert max(share, 1 - share) > 0.97


def test_equal_seeds_give_equal_data_and_others_do_not(telemetry):
    again, other = generate(1), generate(2)
    assert (telemetry.values == again.values).all()
    assert (telemetry.kinds == again.kinds).all()
    assert not np.array_equal(telemetry.times, other.times)


@pytest.mark.parametrize("which", list(AnomalySet))
def test_anomalies_change_nothing_but_their_rows(which):
    sound, data = generate(4, AnomalySet.NONE), generate(4, which)
    assert (sound.times == data.times).all()
    assert (sound.values[~data.labels] == data.values[~data.labels]).all()


def test_without_anomalies_every_row_is_nominal():
    assert not generate(4, AnomalySet.NONE).labels.any()


def test_the_harder_set_has_four_rows_of_each_kind_half_of_them_by_day():
    sound, data = generate(4, AnomalySet.NONE), generate(4, AnomalySet.HARDER)
    assert data.labels.sum() == 24
    for kind in HARDER:
        rows = data.kinds == kind
        assert (rows & data.is_day).sum() == (rows & ~data.is_day).sum() == 2
        changed = (data.values != sound.values)[rows]
        assert changed.any(axis=1).all()
        columns = np.flatnonzero(changed.any(axis=0))
        assert columns.max() < 6 or (kind == Kind.SUN_STUCK and {*columns} <= {*range(27)[SUN]})


def test_each_harder_anomaly_is_what_its_name_says():
    sound, data = generate(4, AnomalySet.NONE), generate(4, AnomalySet.HARDER)
    for row in np.flatnonzero(data.labels):
        before, after = sound.values[row, :6], data.values[row, :6]
        moved = np.flatnonzero(before != after)
        last = data.number[:row] < data.number[row]
        earlier = sound.values[:row][last][-1]
        match Kind(str(data.kinds[row])):
            case Kind.AXIS_ZERO:
                assert [*after[moved]] == [0.0]
            case Kind.AXIS_FROZEN:
                assert [*after[moved]] == [earlier[moved[0]]]
            case Kind.SIGN_FLIP:
                assert [*after[moved]] == [-before[moved[0]]]
            case Kind.GAIN:
                assert after[moved] == pytest.approx(0.8 * before[moved])
            case Kind.AXES_SWAPPED:
                assert [*after[moved]] == [*before[moved][::-1]]
            case _:
                assert (data.values[row, SUN] == earlier[SUN]).all()


def test_what_is_wrong_with_a_magnetometer_can_be_told_from_noise():
    sound, data = generate(4, AnomalySet.NONE), generate(4, AnomalySet.HARDER)
    rows = data.labels & (data.kinds != Kind.SUN_STUCK)
    assert np.abs(data.values - sound.values)[rows].max(axis=1).min() >= 1.0


def test_columns_are_named_where_they_are():
    assert NAMES[MAG1] == ("mag1.x", "mag1.y", "mag1.z")
    assert NAMES[MAG2][0] == "mag2.x"
    assert NAMES[SUN][0] == "sun.x"
