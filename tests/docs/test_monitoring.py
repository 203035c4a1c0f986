"""What Prometheus and Grafana are given names metrics, labels and codes that there are."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from api.observability.metrics import Metrics
from store.bounds import BOUNDS
from tests.api.commands import ROOT

FOLDER = ROOT / "docs" / "monitoring"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0][
    "rules"
]
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text())

EXPRESSIONS = {
    **{rule["alert"]: rule["expr"] for rule in RULES},
    **{
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    },
}

SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for room in ("api", "engine", "schema", "store")
    for path in (ROOT / room).rglob("*.py")
)


def list_metrics() -> set[str]:
    """The names that the program gives its metrics, as it writes them in its source."""
    return set(re.findall(r'"(followthrough_[a-z_]+)"', SOURCE))


def test_the_metrics_are_those_of_the_program() -> None:
    assert Metrics.__module__ == "api.observability.metrics"
    assert len(list_metrics()) > 10


@pytest.mark.parametrize("title", EXPRESSIONS)
def test_every_metric_exists(title: str) -> None:
    named = set(re.findall(r"\b(followthrough_[a-z_]+)", EXPRESSIONS[title]))
    ours = {
        name + suffix
        for name in list_metrics()
        for suffix in ("", "_total", "_bucket", "_sum", "_count")
    }
    assert named <= ours
    assert named or "up{" in EXPRESSIONS[title]


@pytest.mark.parametrize("title", EXPRESSIONS)
def test_every_code_and_bound_exists(title: str) -> None:
    for code in re.findall(r'code="(\w+)"', EXPRESSIONS[title]):
        assert f'"{code}"' in SOURCE
    for bounds in re.findall(r'what=~"([^"]+)"', EXPRESSIONS[title]):
        assert {*bounds.split("|")} <= BOUNDS.keys()
    for outcome in re.findall(r'outcome!?="(\w+)"', EXPRESSIONS[title]):
        assert f'"{outcome}"' in SOURCE


def test_every_alert_has_a_reason_and_says_what_to_do() -> None:
    assert len(RULES) == 10
    text = (FOLDER / "alerts.yml").read_text()
    for rule in RULES:
        before = text.split(f"- alert: {rule['alert']}")[0].splitlines()[-2]
        assert before.strip().startswith("# "), rule["alert"]
        assert f"### {rule['alert']}\n" in OPERATIONS


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (package prometheus)")
def test_prometheus_takes_the_rules() -> None:
    for command in (("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")):
        done = subprocess.run(["promtool", *command], cwd=FOLDER, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
