"""The wheel as somebody installs it: beside packages of the names that our rooms have."""

import json
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path
from urllib.request import urlopen

import pytest
from packaging.requirements import Requirement

from tests.api.commands import ROOT, environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ROOT / "web/dist/index.html").exists(), reason="needs the built pages: make workbench"
    ),
]

OTHERS = ("schema", "store", "api", "engine", "intake", "fixtures")
"""Names that packages of other people have, or may have."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # A wheel of a source distribution: what is missing in either is missing here.
    for target, source in (("sdist", ROOT), ("wheel", None)):
        if source is None:
            (packed,) = folder.glob("*.tar.gz")
            subprocess.run(["tar", "xf", packed, "-C", folder], check=True)
            (source,) = (path for path in folder.iterdir() if path.is_dir())
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder],
            cwd=source,
            check=True,
            capture_output=True,
        )
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment with the wheel, with what it says that it needs, and
    with others' packages. The needed are linked rather than downloaded again.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in OTHERS:
        _make_package(packages, name)
    (about,) = (path for path in zipfile.Path(wheel).iterdir() if path.name.endswith(".dist-info"))
    for needed in sorted(_needed_by(PathDistribution(about))):
        _link(distribution(needed), packages)
    pip = [folder / "bin/python", "-m", "pip", "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run(install, check=True)
    # Says as well what the wheel needs and was not linked.
    subprocess.run([*pip, "check"], check=True)
    return folder / "bin"


def _make_package(packages: Path, name: str) -> None:
    (packages / f"{name}.py").write_text(f"OWNER = 'others-{name}'\n")
    about = packages / f"others_{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: others-{name}\nVersion: 1.0\n")
    (about / "RECORD").write_text(f"{name}.py,,\n{about.name}/METADATA,,\n{about.name}/RECORD,,\n")


def _needed_by(found: Distribution, extra: str = "") -> set[str]:
    """The names of what a distribution needs, and what that needs, and so on."""
    needed: set[str] = set()
    waiting = [(found, extra)]
    seen = set()
    while waiting:
        here, extra = waiting.pop()
        if (here.name, extra) in seen:
            continue
        seen.add((here.name, extra))
        for requirement in map(Requirement, here.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                needed.add(requirement.name)
                there = distribution(requirement.name)
                waiting += [(there, each) for each in ("", *requirement.extras)]
    return needed


def _link(found: Distribution, packages: Path) -> None:
    tops = {
        file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")
    }
    for top in tops:
        if not (packages / top).exists():
            (packages / top).symlink_to(Path(str(found.locate_file(top))))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is no checkout, so that nothing is found by where the program runs."""
    return tmp_path_factory.mktemp("elsewhere")


def run(installed: Path, elsewhere: Path, *arguments: str) -> str:
    settings = {"data_dir": elsewhere / "data"}
    result = subprocess.run(
        [installed / arguments[0], *arguments[1:]],
        cwd=elsewhere,
        env=environment(**settings) | {"XDG_CACHE_HOME": str(elsewhere / "cache")},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_wheel_takes_one_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
        names = set(archive.namelist())
    assert tops == {"followthrough", "followthrough-0.1.0.dist-info"}
    assert {
        "followthrough/web/dist/index.html",
        "followthrough/fixtures/meta-pakistan/parties.yaml",
        "followthrough/docs/queries/00-opening.graphql",
        "followthrough/schema/schema.graphql",
    } <= names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_others_keep_their_names(installed: Path, elsewhere: Path) -> None:
    owners = "import followthrough.api.app, api, schema, store; print(api.OWNER, store.OWNER)"
    printed = run(installed, elsewhere, "python", "-c", owners)
    assert printed == "others-api others-store\n"


def test_fixtures_are_imported_by_name(installed: Path, elsewhere: Path) -> None:
    assert "14 commitments" in run(installed, elsewhere, "followthrough", "import", "meta-pakistan")
    run(installed, elsewhere, "followthrough", "check")


def test_the_process_that_opens_files_is_found(installed: Path, elsewhere: Path) -> None:
    asked = (
        "from importlib.util import find_spec; from followthrough.intake.decoding import CHILD; "
        "print(find_spec(CHILD[2]).name)"
    )
    printed = run(installed, elsewhere, "python", "-c", asked)
    assert printed == "followthrough.intake.decoding.child\n"


def test_the_schema_is_printed(installed: Path, elsewhere: Path) -> None:
    expected = (ROOT / "schema/schema.graphql").read_text(encoding="utf-8")
    assert run(installed, elsewhere, "followthrough", "schema") == expected


LOOK = """
import json, os, re
from urllib.request import Request, urlopen
url = os.environ["FOLLOWTHROUGH_URL"]
html = {"accept": "text/html"}
pages = {path: urlopen(Request(url + path, headers=html)).read().decode()
         for path in ("/", "/graphql", "/desk")}
scripts = {path: [urlopen(url + src).status for src in re.findall(r'src="(/[^"]+)"', text)]
           for path, text in pages.items()}
body = json.dumps({"query": "{ commitments(first: 1) { totalCount nodes { gist } } }"})
headers = {"content-type": "application/json"}
answer = json.load(urlopen(Request(url + "/graphql", body.encode(), headers)))
print(json.dumps({"scripts": scripts, "answer": answer}))
"""


@pytest.mark.parametrize("options", [["--fixtures", "meta-pakistan"], ["--seed-size", "30"]])
def test_a_sandbox_serves(installed: Path, elsewhere: Path, options: list[str]) -> None:
    script = elsewhere / "look.py"
    script.write_text(LOOK)
    command = [str(installed / "python"), str(script)]
    printed = run(installed, elsewhere, "followthrough", "sandbox", *options, "--", *command)
    told = json.loads(printed.splitlines()[-1])
    assert "errors" not in told["answer"], told["answer"]
    assert told["answer"]["data"]["commitments"]["totalCount"] > 10
    assert all(told["scripts"].values()), told["scripts"]


@pytest.fixture
def served(installed: Path, elsewhere: Path) -> Iterator[str]:
    """The address of a server of two workers, which import the application by its name."""
    with subprocess.Popen(
        [
            installed / "followthrough",
            "serve",
            "--port",
            "0",
            "--workers",
            "2",
            "--log-format=json",
        ],
        cwd=elsewhere,
        env=environment(data_dir=elsewhere / "data"),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if "serving on" in line:
                    yield json.loads(line)["message"].split()[-1].removesuffix("/graphql")
                    break
            else:
                pytest.fail("the server said nowhere where it serves")
        finally:
            process.terminate()
            process.communicate(timeout=60)


def test_two_workers_serve(served: str) -> None:
    with urlopen(f"{served}/health/ready", timeout=120) as answer:
        assert answer.status == 200
