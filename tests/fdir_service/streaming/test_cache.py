"""A verdict is kept beside its model; what is stale, damaged or in the way is made anew without a word."""

import sys
import tempfile
from dataclasses import replace

import pytest

from fdir_service.session import WindowSession
from fdir_service.streaming import cache, kernel, prepare
from fdir_service.streaming.step import PLAIN, Interpreter
from fdir_service.streaming.verdict import Refusal, Verdict
from tests.fdir_service.builders import card
from tests.fdir_service.streaming.networks import Network

W, C = 6, 2


@pytest.fixture
def windows(tmp_path, monkeypatch):
    """A model in a folder of its own, and a user's cache elsewhere."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    n = Network(W, C)
    octets = n.model(n("Flatten", n("GlobalMaxPool", n.conv(n.turned(), C, 2, 3))), 2)
    (tmp_path / "models").mkdir()
    path = tmp_path / "models" / "small.onnx"
    path.write_bytes(octets)
    return WindowSession(path, W, (C,))


def kept(folder):
    return sorted(folder.rglob("*.streaming"))


def prepared(windows):
    return prepare.prepare(windows, card(W))


def test_a_verdict_is_kept_beside_the_model_and_read_back(windows, tmp_path):
    verdict = prepared(windows)
    (file,) = kept(tmp_path)
    assert file.parent == tmp_path / "models" / "__pycache__"
    assert file.name == f"small.{windows.digest[:16]}.{cache.COMPILER}.streaming"
    assert cache.read(windows.path, windows.digest) == verdict
    assert verdict.path == "streaming"


def test_what_is_kept_is_not_compiled_again(windows, monkeypatch):
    verdict = prepared(windows)
    monkeypatch.setitem(sys.modules, "fdir_service.streaming.compile", None)
    assert prepared(windows) == verdict


def test_a_step_is_kept_with_what_ran_it_and_checked_again_by_another(windows):
    assert prepared(windows).interpreter == ""
    stepped = prepare.prepare(windows, card(W), PLAIN)
    assert stepped.differences.keys() == {"batched", "streaming", "step"}
    assert cache.read(windows.path, windows.digest) == stepped == prepared(windows)
    assert prepare.prepare(windows, card(W), PLAIN) == stepped
    other = prepare.prepare(windows, card(W), Interpreter(kernel.run, "another"))
    assert cache.read(windows.path, windows.digest) == other
    assert (other.interpreter, other.compiled) == ("another", stepped.compiled)


def test_why_there_is_no_step_is_kept(windows):
    verdict = prepared(windows)
    without = replace(verdict, compiled=replace(verdict.compiled, step="why"))
    cache.write(windows.path, windows.digest, without)
    assert cache.read(windows.path, windows.digest) == without


def test_refusals_are_kept_too(windows, tmp_path):
    refused = Verdict(
        None, batched=True, refusals=(Refusal("n", "LSTM", "why"),), differences={"batched": 0.0}
    )
    cache.write(windows.path, windows.digest, refused)
    assert prepared(windows) == refused


@pytest.mark.parametrize(
    "damage",
    [
        lambda octets: b"",
        lambda octets: octets[:-1],
        lambda octets: octets[:100] + bytes([octets[100] ^ 1]) + octets[101:],
        lambda octets: b"\xff" * len(octets),
    ],
)
def test_a_damaged_file_is_made_anew(windows, tmp_path, damage):
    verdict = prepared(windows)
    (file,) = kept(tmp_path)
    good = file.read_bytes()
    file.write_bytes(damage(good))
    assert cache.read(windows.path, windows.digest) is None
    assert prepared(windows) == verdict
    assert file.read_bytes() == good


def test_what_another_compiler_runtime_or_machine_made_is_not_used(windows, monkeypatch):
    prepared(windows)
    for name, value in (("COMPILER", 0), ("_key", lambda sha256: ["another"])):
        with monkeypatch.context() as changed:
            changed.setattr(cache, name, value)
            assert cache.read(windows.path, windows.digest) is None
    assert cache.read(windows.path, "0" * 64) is None


def test_another_model_of_the_same_name_has_a_file_of_its_own(windows, tmp_path):
    prepared(windows)
    n = Network(W, C, seed=3)
    windows.path.write_bytes(n.model(n("Flatten", n("GlobalMaxPool", n.turned())), 2))
    assert prepared(WindowSession(windows.path, W, (C,))).compiled.field == W
    assert len(kept(tmp_path)) == 2


def test_where_the_folder_cannot_be_written_the_user_s_cache_is_used(windows, tmp_path):
    (tmp_path / "models" / "__pycache__").write_text("a file in the way")
    verdict = prepared(windows)
    (file,) = kept(tmp_path)
    assert file.parent == tmp_path / "user" / "fdir-service"
    assert cache.read(windows.path, windows.digest) == verdict


def test_where_nothing_can_be_written_the_verdict_is_only_returned(windows, tmp_path, monkeypatch):
    (tmp_path / "models" / "__pycache__").write_text("a file in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "models" / "small.onnx"))
    assert prepared(windows).path == "streaming"
    assert kept(tmp_path) == []


def test_without_a_place_for_temporary_files_a_graph_is_kept_as_it_was_made(windows, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    verdict = prepared(windows)
    assert (verdict.path, verdict.compiled.optimised) == ("streaming", False)
    assert cache.read(windows.path, windows.digest) == verdict


def test_without_a_home_there_is_no_user_s_cache(windows, tmp_path, monkeypatch):
    def homeless():
        raise RuntimeError

    (tmp_path / "models" / "__pycache__").write_text("a file in the way")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(cache.Path, "home", homeless)
    assert prepared(windows).path == "streaming"
    assert cache.read(windows.path, windows.digest) is None


def test_a_difference_that_another_processor_might_push_over_the_limit_is_checked_every_time(
    windows, tmp_path
):
    cache.write(windows.path, windows.digest, Verdict(None, batched=True, differences={"batched": 6e-6}))
    assert kept(tmp_path) == []
