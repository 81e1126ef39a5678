"""Grafana dashboards as code. `python -m deploy.generate` writes them as JSON below deploy/grafana."""

from deploy.dashboards.operations import OPERATIONS
from deploy.dashboards.overview import OVERVIEW
from deploy.dashboards.quality import QUALITY
from deploy.dashboards.sites import SITES
from deploy.dashboards.stories import STORIES

BOARDS = {"overview": OVERVIEW, "quality": QUALITY, "operations": OPERATIONS, "sites": SITES, "stories": STORIES}
