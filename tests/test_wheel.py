"""What the Dockerfile does, proven without an engine: build the wheel, install it elsewhere, run the demo."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*words, cwd, **options):
    return subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=280, **options
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A fresh virtual environment outside the checkout with the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("elsewhere")
    built = run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder, check=True)
    python = folder / "venv" / "bin" / "python"
    words = ("-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel)
    done = run(python, *words, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return python


def test_the_wheel_runs_the_demo_outside_the_checkout(installed):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV"))}
    ended = run(
        installed.with_name("fdir"), "demo", "--speed", 30, "--json",
        cwd=installed.parent, env=environment | {"PYTHONDONTWRITEBYTECODE": "1"}, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["good"]


def test_the_wheel_needs_neither_torch_nor_the_checkout(installed):
    code = "import fdir_service, importlib.util as u; print(u.find_spec('torch'), fdir_service.__file__)"
    out = run(installed, "-c", code, cwd=installed.parent, check=True).stdout
    assert out.startswith("None ")
    assert str(ROOT) not in out


def test_the_image_runs_as_nobody_and_says_how_it_is():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert any(line.startswith("USER fdir") for line in lines)
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert 'ENTRYPOINT ["fdir"]' in lines
