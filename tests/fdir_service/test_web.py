"""Metrics and health over real HTTP on a free port."""

import os
import resource
import urllib.request
from contextlib import contextmanager
from urllib.error import HTTPError

import pytest

from fdir_service.series import Counter
from fdir_service.sources.live import LinkError
from fdir_service.web import Web

HOST = "127.0.0.1"


@pytest.fixture
def health():
    return {"alive": True, "ready": True}


@pytest.fixture
def series():
    things = Counter("fdir_things", "Things")
    things.set(5)
    return [things]


@pytest.fixture
def web(health, series):
    server = Web(HOST, 0, series, lambda: health["alive"], lambda: health["ready"])
    yield server
    server.close()


def get(web, path):
    """Return status and body of a request."""
    try:
        with urllib.request.urlopen(web.address + path, timeout=10) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_metrics_are_served(web):
    status, body = get(web, "/metrics")
    assert status == 200
    assert "fdir_things_total 5.0" in body


def test_what_is_counted_later_can_be_asked_for_by_name(web, series):
    get(web, "/metrics")
    series.append(Counter("fdir_late", "Late"))
    _, body = get(web, "/metrics?name[]=fdir_late_total")
    assert "fdir_late_total 0.0" in body
    assert "fdir_things" not in body


@pytest.fixture
def many_files():
    """More open files than `select` can tell apart."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, before[1]), before[1]))
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    yield
    for file in files:
        os.close(file)
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("many_files")
def test_a_process_with_many_open_files_is_served():
    with another(0) as server:
        assert get(server, "/readyz")[0] == 503


def test_health_is_asked_at_every_request(web, health):
    assert get(web, "/healthz") == (200, "OK\n")
    health["alive"] = False
    assert get(web, "/healthz") == (503, "Service Unavailable\n")
    assert get(web, "/readyz")[0] == 200
    health.update(alive=True, ready=False)
    assert get(web, "/healthz")[0] == 200
    assert get(web, "/readyz") == (503, "Service Unavailable\n")


@pytest.mark.parametrize("path", ["/", "/metrics/more", "/healthz/", "/nothing"])
def test_other_paths_are_not_found(web, path):
    assert get(web, path) == (404, "Not Found\n")


def test_requests_leave_no_lines_on_the_terminal(web, capsys):
    get(web, "/healthz")
    assert capsys.readouterr() == ("", "")


@contextmanager
def another(port, host=HOST):
    server = Web(host, port, [], bool, bool)
    yield server
    server.close()


def test_a_port_in_use_is_named(web):
    port = int(web.address.rpartition(":")[2])
    with pytest.raises(LinkError, match=f"http://{HOST}:{port}: cannot listen: Address already in use"):
        with another(port):
            pass


def test_an_address_of_another_machine_is_named():
    with pytest.raises(LinkError, match=r"192\.0\.2\.1:0: cannot listen"):
        with another(0, "192.0.2.1"):
            pass


def test_a_closed_server_frees_its_port():
    with another(0) as first:
        port = int(first.address.rpartition(":")[2])
    with another(port) as second:
        assert get(second, "/nothing")[0] == 404
