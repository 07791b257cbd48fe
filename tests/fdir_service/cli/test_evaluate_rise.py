"""`fdir evaluate atmonsat-rise`: forms picked by other days, as a table or as JSON."""

import json

import pytest

from models.atmonsat import rise_selection
from models.atmonsat.data import UNLABELLED_DAY, WATCHED_DAY
from tests.models.atmonsat.rise_days import folder_of_days

pytest.importorskip("pyarrow")
DAYS = ("2022.05.20", "2022.06.15")
COMMAND = ("evaluate", "atmonsat-rise", "--data")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Days with injections; two forms instead of 54."""
    few = list(rise_selection.forms())[:2]
    monkeypatch.setattr(rise_selection, "forms", lambda: iter(few))
    made = folder_of_days(tmp_path)
    rows = [f"{day},{day.replace('.', '-')}T10:{at},10,True" for day in DAYS for at in ("17:00", "34:00")]
    (made / "anomalies.csv").write_text("\n".join(["day,start,duration_s,scored_upstream", *rows]))
    return made


def test_every_day_has_a_form_and_counts(fdir, folder):
    ended = fdir(*COMMAND, folder, "--json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert [row["day"] for row in found["days"]] == list(DAYS)
    assert all(row["tp"] + row["fn"] == 2 for row in found["days"])
    assert found["pooled"]["tp"] == sum(row["tp"] for row in found["days"])
    table = fdir(*COMMAND, folder).out.splitlines()
    assert [line.split()[0] for line in table] == [*DAYS, "pooled"]


def test_a_folder_with_too_few_days_is_named(fdir, folder):
    for name in DAYS:
        (folder / f"{name}_anomalous.parquet").unlink()
    ended = fdir(*COMMAND, folder)
    assert (ended.code, ended.out) == (2, "")
    assert "files DAY_anomalous.parquet of these days: 0, not 2" in ended.err
    (folder / f"{WATCHED_DAY}_validation.parquet").unlink(missing_ok=True)
    known = [place for place in folder.glob("*_normal.parquet") if UNLABELLED_DAY not in place.name]
    for place in known[3:]:
        place.unlink()
    ended = fdir(*COMMAND, folder)
    assert (ended.code, ended.out) == (2, "")
    assert "files DAY_normal.parquet: 3, not 4" in ended.err
