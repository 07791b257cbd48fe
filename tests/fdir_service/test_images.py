"""Images as a stream: from the wire to parameters, and what does not belong there."""

import msgpack
import numpy as np
import pytest

from fdir_service import recording, snapshot
from fdir_service.image_detector import ImageDetector, Parts
from fdir_service.replay import replay
from fdir_service.session import DetectorError
from fdir_service.sources.table import TableError, source_of
from fdir_service.stream import Stream
from fdir_service.testing.chain import Chain
from pus.samples import encode
from tests.fdir_service.image_mission import SIZE, image_mission, images, message


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    return image_mission(tmp_path_factory.mktemp("images"))


def values(outputs):
    return np.concatenate([block.values for output in outputs for block in output.blocks], axis=1)


def fed(stream, pixels, size):
    return [stream.take([message(pixels[k : k + size], k)]) for k in range(0, len(pixels), size)]


def named(stream, found):
    return dict(zip([p.name for p in stream.pools["camera"].parameters], found, strict=True))


def test_an_image_becomes_parameters(mission):
    stream, pixels = Stream(mission), images(8)
    pixels[3] = pixels[2]
    found = named(stream, values(fed(stream, pixels, 8)))
    assert found["camera.sick"].tolist() == [0, 0, 0, 0, 0, 1, 0, 0]
    assert found["camera.same"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert found["camera.digest"][3] == found["camera.digest"][2]
    assert (found["camera.sick.score"] >= 1.0).tolist() == [0, 0, 0, 0, 0, 1, 0, 0]
    assert stream.pools["camera"].detectors[0].windows == 8


@pytest.mark.parametrize("size", [1, 3])
def test_any_chunks_give_the_same(mission, size):
    whole, cut = Stream(mission), Stream(mission)
    expected = fed(whole, images(8), 8)
    found = fed(cut, images(8), size)
    np.testing.assert_allclose(values(found), values(expected), rtol=1e-6)
    assert [tm.pack() for o in found for tm in o.telemetry] == [
        tm.pack() for o in expected for tm in o.telemetry
    ]


def test_a_part_is_cast_once_and_memory_does_not_grow_with_the_chunk():
    pixels = np.arange(40 * 96 * 96 * 3, dtype=np.uint32).astype(np.uint8).reshape(40, 96, 96, 3)
    rooms, seen = set(), []
    for place, part in Parts()(pixels):
        rooms.add(part.__array_interface__["data"][0])
        seen.append((place, part.sum()))
        assert part.dtype == np.float32
    assert len(rooms) == 1
    assert sum(place.stop - place.start for place, _ in seen) == 40
    assert sum(total for _, total in seen) == pytest.approx(pixels.sum(dtype=float), rel=1e-5)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (images(1, 16), "shape"),
        (images(1)[..., :1], "shape"),
        (images(1).astype("<u2"), "dtype"),
        (images(1).astype("<f4"), "dtype"),
        (images(1).astype("|i1"), "dtype"),
    ],
)
def test_other_images_are_counted_and_the_stream_goes_on(mission, wrong, reason):
    stream = Stream(mission)
    stream.take([message(images(1)), message(wrong, 1), message(images(1), 2)])
    account = stream.accounts["camera"]
    assert dict(account.rejected) == {reason: 1}
    assert (account.received, account.balances) == (2, True)


def test_a_snapshot_goes_on_with_the_same(mission):
    one, other = Stream(mission), Stream(mission)
    fed(one, images(3), 3)
    snapshot.restore(other, snapshot.take(one))
    ends = [stream.take([message(images(8)[3:], 3)]) for stream in (one, other)]
    np.testing.assert_array_equal(values(ends[:1]), values(ends[1:]))


@pytest.mark.parametrize("size", [1, 5, 20])
def test_a_recording_of_images_is_replayed_the_same_whatever_the_messages(mission, tmp_path, size):
    pixels, path = images(20), tmp_path / "images.rec"
    with recording.Recorder(path) as recorder:
        for k in range(0, 20, size):
            recorder.write(message(pixels[k : k + size], k))
    stream = Stream(mission)
    outputs = list(replay(stream, path))
    assert max(len(block.times) for output in outputs for block in output.blocks) == 8
    packets = b"".join(tm.pack() for output in outputs for tm in output.telemetry)
    again = Stream(mission)
    expected = [o for k in range(0, 20, 8) for o in [again.take([message(pixels[k : k + 8], k)])]]
    assert packets == b"".join(tm.pack() for output in expected for tm in output.telemetry) != b""


def test_a_gap_lets_a_repeated_image_begin_anew(mission):
    stream, pixels = Stream(mission), images(1)
    first = stream.take([message(pixels), message(pixels, 1)])
    later = stream.take([message(pixels, 5)])
    assert named(stream, values([first]))["camera.same"].tolist() == [0, 1]
    assert named(stream, values([later]))["camera.same"].tolist() == [0]


def test_a_detector_that_changed_since_the_mission_was_loaded_is_refused(tmp_path):
    mission = image_mission(tmp_path)
    (setup,) = mission.detectors
    setup.path.write_bytes(setup.path.read_bytes() + b"\0")
    with pytest.raises(DetectorError, match="changed since the mission was loaded"):
        ImageDetector(setup)


def test_a_table_cannot_hold_images(mission, tmp_path):
    with pytest.raises(TableError, match="images: a table cannot hold them"):
        source_of(tmp_path / "x.csv", mission)


def test_a_chain_test_gives_the_indices_of_images(mission):
    chain = Chain(mission)
    chain.feed(samples=3)
    assert chain.reports == []
    chain.feed({"camera.sick": 1, "camera.digest": 7}, samples=3)
    assert [(report.service, report.subtype) for report in chain.reports] == [(5, 2)]


def test_octets_of_an_image_are_what_the_wire_carries():
    fields = msgpack.unpackb(encode(message(images(2))))
    assert fields[8:10] == [[2, SIZE, SIZE, 3], "|u1"]
    assert fields[10] == images(2).tobytes()
