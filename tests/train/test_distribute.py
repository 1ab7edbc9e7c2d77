"""Several replicas and several workers come to the weights of one device."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UsageError
from engine.train.cluster import Cluster, read_cluster
from engine.train.distribute import Workers, connect
from tests.train.launcher import Job, run_all

DEADLINE_S = 200.0
ATTEMPTS = 3
"""A port that was free a moment ago may be taken; then the workers start again elsewhere."""


def job(folder: Path, name: str, mode: str, **variables: str) -> Job:
    arguments = ("tests.train.workers", mode, str(folder / name))
    return Job(arguments, variables, folder / f"{name}.log")


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One device, the whole batch."""
    folder = tmp_path_factory.mktemp("reference")
    problem = run_all([job(folder, "alone", "alone")], DEADLINE_S)
    assert problem is None, problem
    return folder / "alone"


def assert_equal(one: Path, other: Path, name: str) -> None:
    """Compares two archives of arrays; what the two runs hold of themselves left out."""
    with np.load(one / name) as first, np.load(other / name) as second:
        assert set(first.files) == set(second.files)
        assert len(first.files) > 5
        for array in set(first.files) - {"counters"}:
            np.testing.assert_allclose(second[array], first[array], atol=1e-5, err_msg=array)


def test_two_replicas_in_one_process_equal_one_device(reference: Path, tmp_path: Path) -> None:
    problem = run_all([job(tmp_path, "mirrored", "mirrored")], DEADLINE_S)
    assert problem is None, problem
    assert_equal(reference, tmp_path / "mirrored", "model.npz")
    assert_equal(reference, tmp_path / "mirrored", "last.npz")


def test_two_workers_on_loopback_equal_one(reference: Path, tmp_path: Path) -> None:
    problem: str | None = None
    for attempt in range(ATTEMPTS):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        hosts = [f"127.0.0.1:{port}" for port in free_ports(2)]
        jobs = []
        for index in range(2):
            task = {"type": "worker", "index": index}
            config = json.dumps({"cluster": {"worker": hosts}, "task": task})
            jobs.append(job(folder, f"worker{index}", "many", TF_CONFIG=config))
        problem = run_all(jobs, DEADLINE_S)
        if problem is None or "in use" not in problem:
            break
    assert problem is None, problem
    # The chief's whole state, optimizer, average and batch statistics included; and both models.
    assert_equal(reference, folder / "worker0", "last.npz")
    for index in range(2):
        assert_equal(reference, folder / f"worker{index}", "model.npz")
    assert not (folder / "worker1" / "last.npz").exists()


def test_without_tf_config_there_is_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert read_cluster() == Cluster(1, 0)
    workers = connect()
    assert workers.chief
    assert (workers.count, workers.replicas, workers.local_replicas) == (1, 1, 1)


@pytest.mark.parametrize("index", [0, 2])
def test_tf_config_names_this_worker(monkeypatch: pytest.MonkeyPatch, index: int) -> None:
    task = {"type": "worker", "index": index}
    config = {"cluster": {"worker": ["a:1", "b:1", "c:1"]}, "task": task}
    monkeypatch.setenv("TF_CONFIG", json.dumps(config))
    assert read_cluster() == Cluster(3, index)
    assert read_cluster().chief == (index == 0)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}',
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": -1}}',
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "ps", "index": 0}}',
        '{"cluster": {"worker": 3}, "task": {"type": "worker", "index": 0}}',
    ],
)
def test_anything_else_in_tf_config_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(UsageError, match="TF_CONFIG"):
        read_cluster()


def test_the_batch_is_shared_out_without_gap() -> None:
    shares = [list(Workers(None, 3, index, 1).positions(9)) for index in range(3)]
    assert shares == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
