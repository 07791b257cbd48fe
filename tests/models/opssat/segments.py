"""Made-up segments: in each channel a noise level of its own, which anomalies exceed."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CHANNELS = {"CADC0872": 90, "CADC0888": 70, "CADC0890": 12}


def table(seed=0, channels=CHANNELS):
    """Return a table like that of the data set, with features as they follow from random samples."""
    rng = np.random.default_rng(seed)
    names = [name for name, count in channels.items() for _ in range(count)]
    rows = [row(rng, name, rng.random() < 0.15) for name in rng.permutation(names).tolist()]
    columns = {key: [r[key] for r in rows] for key in rows[0]}
    return pa.table({"segment": np.arange(1, len(rows) + 1), "train": np.ones(len(rows), int), **columns})


def row(rng, channel, anomalous):
    sampling, length = int(rng.choice([1, 5])), int(rng.integers(40, 200))
    level = {"CADC0872": 1e-5, "CADC0888": 0.3}.get(channel, 0.5)
    noise = (4.0 if anomalous else 1.0) * level / 10
    x = level * np.sin(np.arange(length) / 30) + noise * rng.standard_normal(length)
    step, bend = np.diff(x), np.diff(x, 2)
    centred = (x - x.mean()) / x.std()
    return {
        "anomaly": int(anomalous),
        "channel": channel,
        "sampling": sampling,
        "duration": sampling * length,
        "len": length,
        "mean": x.mean(),
        "var": x.var(),
        "std": x.std(),
        "kurtosis": (centred**4).mean() - 3,
        "skew": (centred**3).mean(),
        "n_peaks": 1 + int((step > 2 * noise).sum() // 4),
        "smooth10_n_peaks": 1,
        "smooth20_n_peaks": 1,
        "diff_peaks": int(rng.integers(0, 9)),
        "diff2_peaks": int(rng.integers(0, 20)),
        "diff_var": step.var(),
        "diff2_var": bend.var(),
        "gaps_squared": sampling**2 * length,
        "len_weighted": sampling * length,
        "var_div_duration": x.var() / (sampling * length),
        "var_div_len": x.var() / length,
    }


def write(path, **kwargs):
    pq.write_table(table(**kwargs), path)
    return path
