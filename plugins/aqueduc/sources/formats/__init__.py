"""The formats of files that sources read: a module each, for whatever kind of source brings the file."""

from enum import StrEnum

AUTO = "auto"
"""As an encoding: whatever the file seems to be in."""


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    GEOJSON = "geojson"
    JSON = "json"
    SHAPEFILE = "shapefile"

    @property
    def suffix(self) -> str:
        """How the name of such a file ends."""
        return "zip" if self is FileFormat.SHAPEFILE else self.value

    @property
    def is_workbook(self) -> bool:
        return self in (FileFormat.XLSX, FileFormat.XLS)
