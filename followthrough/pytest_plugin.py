"""What pytest loads of us: see docs/testing-against.md."""

from api.sandbox.pytest_plugin import (
    SandboxClient,
    followthrough_sandbox,
    followthrough_server,
    pytest_addoption,
)

__all__ = ["SandboxClient", "followthrough_sandbox", "followthrough_server", "pytest_addoption"]
