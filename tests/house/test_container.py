"""Would the container files work, as far as that shows without running them?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

# What the image is built from beside the packages.
ENVIRONMENT = {"requirements.lock", "pyproject.toml", "docker/hub"}
ROLES = {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}


@pytest.fixture(scope="module")
def environment_file(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, filled in."""
    example = (project_root / "docker" / ".env.example").read_text(encoding="utf-8")
    filled = tmp_path_factory.mktemp("compose") / "env"
    filled.write_text(re.sub(r"(?m)^([A-Z_]+)=$", r"\1=secret1", example), encoding="utf-8")
    return filled


def compose(project_root: Path, environment: Path) -> subprocess.CompletedProcess[str]:
    """What a compose tool makes of the file."""
    tool = Path(sys.executable).parent / "podman-compose"
    file = project_root / "docker" / "compose.yaml"
    return subprocess.run(
        [tool, "--env-file", environment, "-f", file, "config"], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def services(project_root: Path, environment_file: Path) -> dict[str, dict[str, Any]]:
    """The services as a compose tool resolves them."""
    done = compose(project_root, environment_file)
    assert done.returncode == 0, done.stderr
    resolved: dict[str, dict[str, Any]] = yaml.safe_load(done.stdout)["services"]
    return resolved


def test_a_compose_tool_accepts_the_file(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == ROLES | {"postgres", "redis", "init"}


def test_a_missing_secret_is_refused(project_root: Path, tmp_path: Path, environment_file: Path) -> None:
    lines = environment_file.read_text(encoding="utf-8").splitlines()
    secrets = [line.split("=")[0] for line in lines if line.endswith("=secret1")]
    assert len(secrets) >= 6
    for secret in secrets:
        partial = tmp_path / secret
        partial.write_text("\n".join(line for line in lines if not line.startswith(secret + "=")), encoding="utf-8")
        assert compose(project_root, partial).returncode != 0, secret


def test_every_service_that_stays_up_is_asked_for_its_health(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name in services if name != "init" and not services[name].get("healthcheck", {}).get("test")] == []


def test_nothing_starts_before_the_schemas_are_up_to_date(services: dict[str, dict[str, Any]]) -> None:
    for role in ROLES:
        assert services[role]["depends_on"]["init"]["condition"] == "service_completed_successfully"
    assert "hub init" in services["init"]["command"][-1]
    assert "airflow db migrate" in services["init"]["command"][-1]


def test_each_agency_has_its_pool_before_anything_runs(services: dict[str, dict[str, Any]]) -> None:
    # A task whose pool is missing is never scheduled, and nobody says so.
    command = services["init"]["command"][-1]
    assert "python -m cli.stack pools > /tmp/pools.json; airflow pools import /tmp/pools.json;" in command
    assert command.index("airflow db migrate") < command.index("airflow pools import")


def test_only_named_volumes_keep_data(project_root: Path, services: dict[str, dict[str, Any]]) -> None:
    named = set(yaml.safe_load((project_root / "docker" / "compose.yaml").read_text(encoding="utf-8"))["volumes"])
    mounted = {str(volume).split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    files = {name for name in mounted if name.startswith(".")}
    assert mounted - files == named
    assert all((project_root / "docker" / name).is_file() for name in files)


def test_every_variable_of_the_file_stands_in_the_example(project_root: Path) -> None:
    text = (project_root / "docker" / "compose.yaml").read_text(encoding="utf-8")
    example = (project_root / "docker" / ".env.example").read_text(encoding="utf-8")
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    offered = set(re.findall(r"(?m)^([A-Z_]+)=", example))
    assert asked
    assert asked | {"COMPOSE_PROJECT_NAME"} == offered


def test_the_image_holds_every_package_and_nothing_else(project_root: Path) -> None:
    dockerfile = (project_root / "docker" / "Dockerfile").read_text(encoding="utf-8")
    sent = {
        line[1:]
        for line in (project_root / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line[:1] == "!"
    }
    copied = {name for line in re.findall(r"(?m)^COPY (?!--)(.+) \S+$", dockerfile) for name in line.split()}
    assert copied == sent
    parts = ("hub", "connectors", "mappings", "cli", "sandbox", "dags")
    assert {name for name in parts if (project_root / name).is_dir()} == copied - ENVIRONMENT


def test_the_image_runs_as_an_ordinary_user_from_hashed_requirements(project_root: Path) -> None:
    dockerfile = (project_root / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^USER (.+)$", dockerfile) == ["hub"]
    assert dockerfile.count("--require-hashes") == 2
    assert "ARG BASE_IMAGE=" in dockerfile
    check = re.search(r"HEALTHCHECK[^\n]*\\\n +CMD (.+)", dockerfile)
    assert check
    compile(json.loads(check[1])[2], "healthcheck", "exec")


def test_the_images_command_is_the_command(project_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, project_root / "docker" / "hub", "--help"],
        env={"PYTHONPATH": str(project_root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "rehearse" in done.stdout
