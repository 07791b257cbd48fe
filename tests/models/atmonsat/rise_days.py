"""Made-up days of slow warming and cooling with restarts of the converters, heat pulses and a reboot."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from models.atmonsat.data import Day

SENSORS = 9


def day(name: str, seed: int, *, n: int = 1600, period: float = 5.1, pulses: tuple[int, ...] = ()) -> Day:
    """Return a day whose sensors wander, and rise by 2 degC from each of `pulses` (samples) on."""
    rng = np.random.default_rng(seed)
    seconds = np.arange(n) * period
    wander = 1.5 * np.sin(seconds[:, None] / 800 + rng.uniform(0, 6, SENSORS))
    restart = np.arange(n) % 600 == 599
    on = ~((np.arange(n) % 600 >= 450) & ~restart)
    response = np.zeros(n)
    for at in [*np.flatnonzero(restart).tolist(), *pulses]:
        response[at:] += (
            2 * (1 - np.exp(-(seconds[at:] - seconds[at]) / 40)) * np.exp(-(seconds[at:] - seconds[at]) / 900)
        )
    values = np.round(40 + wander + response[:, None] + 0.2 * rng.standard_normal((n, SENSORS)))
    first = np.datetime64(f"{name.replace('.', '-')}T10:00:00", "ms")
    times = first + np.round(seconds * 1000).astype("timedelta64[ms]")
    reboot = np.arange(n) == 1000
    hit = np.zeros(n, np.bool_)
    for at in pulses:
        hit[at : at + 60] = True
    return Day(name, times, values, np.ones(n, np.bool_), hit, reboot, on, "0" * 64)


def write(folder: Path, made: Day, kind: str) -> None:
    """Write a day as the data set's file."""
    columns: dict[str, object] = {
        f"temp_{i}": made.temperatures[:, i].astype(np.int8) for i in range(SENSORS)
    }
    current = np.where(made.converters_on, 243.0, 0.0)
    columns |= {"time": made.times, "reboot": made.reboot, "curSolar": current}
    columns |= {"scored": made.scored, "hit_window": made.hit}
    pq.write_table(pa.table(columns), folder / f"{made.name}_{kind}.parquet")


def folder_of_days(folder: Path) -> Path:
    """Write four nominal days, two of which have a part with injections, and the watched one."""
    names = ("2022.04.06", "2022.05.18", "2022.05.20", "2022.06.15")
    for seed, name in enumerate(names):
        write(folder, day(name, seed), "normal")
    for seed, name in enumerate(names[2:]):
        write(folder, day(name, 10 + seed, n=500, pulses=(200, 400)), "anomalous")
    write(folder, day("2022.05.13", 20, n=300), "normal")
    write(folder, day("2022.03.23", 21), "validation")
    return folder
