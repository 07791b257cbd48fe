"""How long a check needs to be nominal again includes the segment that has to fill up first."""

import pytest

from tests.fdir_service.mission.tower import changed, problems

SEGMENT = (
    "[[detector]]",
    (
        '[[segment]]\nname = "x"\ninput = "x"\nsamples = 20\n'
        'features = [{ feature = "mean", id = 31 }, { feature = "var", id = 32 }]\n[[detector]]'
    ),
)
WATCHED = ('name = "x-range"\nparameter = "x"', 'name = "x-range"\nparameter = "x.mean"')
SCORED = ('inputs = ["x", "y"]', 'inputs = ["x.mean", "x.var"]')


@pytest.mark.parametrize(("change", "seconds"), [(WATCHED, "2.2"), (SCORED, "3")], ids=["PMON", "detector"])
def test_a_segment_has_to_fill_up_before_its_checks_are_nominal(folder, change, seconds):
    found = problems(folder, SEGMENT, change, ("confirm_s = 3.0", "confirm_s = 2.0"))
    line = f"level.0.actions.0.confirm_s: 2 s, but its checks take {seconds} s to be nominal"
    assert line in found


def test_a_feature_may_be_watched_by_the_checks_of_a_level(folder):
    mission = changed(folder, SEGMENT, WATCHED)
    assert mission.pmons[2].parameter == 31
