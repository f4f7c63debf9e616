"""What nbval does not compare: progress bars on stderr, and HTML whose identifiers change from run to run."""

import pytest


def pytest_collectstart(collector: pytest.Collector) -> None:
    if hasattr(collector, "skip_compare"):  # a notebook, where nbval is installed
        collector.skip_compare = (*collector.skip_compare, "text/html", "stderr")
