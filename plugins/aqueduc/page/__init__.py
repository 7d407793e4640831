"""Pages that people read: one HTML file each, with nothing to fetch, made to be printed and kept."""

from aqueduc.page.charts import Bar, Bars, Curve, bars, curve
from aqueduc.page.render import number, rendered, share, sheet

__all__ = ["Bar", "Bars", "Curve", "bars", "curve", "number", "rendered", "share", "sheet"]
