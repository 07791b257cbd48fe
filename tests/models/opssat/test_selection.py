from models.opssat.contenders import EXPORTED
from models.opssat.density import Density
from models.opssat.layout import ALL, NO_LENGTH
from models.opssat.selection import candidates, fits, nested
from models.opssat.supervised import Supervised, SupervisedSettings


def forest(leaf):
    settings = SupervisedSettings(trees=5, leaf=leaf, boosted=0, networks=0)
    return lambda segments, seed: Supervised.fit(segments, NO_LENGTH, seed, settings)


def test_the_better_setting_is_chosen_in_every_outer_fold(segments):
    options = {"stumps": forest(70), "trees": forest(1)}
    advanced = []
    found = nested("forest", options, segments, 1, advanced.append)
    assert found.chosen == {"trees": 5}
    assert found.nested["auc_pr"] > found.fixed["auc_pr"]
    assert sum(advanced) == fits({"forest": options})


def test_what_is_fixed_is_among_the_settings(segments, others):
    options = candidates()
    assert set(options) <= {contender.name for contender in EXPORTED}
    fixed = next(iter(options[EXPORTED[3].name].values()))(segments, 1)
    alone = Density.fit_nominal(segments, ALL, 1)
    assert fixed.score(others).tolist() == alone.score(others).tolist()
