"""Pages that people read: one HTML file each, with nothing to fetch, made to be printed and kept."""

from aqueduc.page.charts import BarChart, ChartBar, LineChart, bars, curve
from aqueduc.page.render import number, render_page, share, sheet

__all__ = ["BarChart", "ChartBar", "LineChart", "bars", "curve", "number", "render_page", "share", "sheet"]
