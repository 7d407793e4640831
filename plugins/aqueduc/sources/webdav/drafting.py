"""A file of a shared folder, as a draft reads it."""

from aqueduc.sources.drops.drafting import build_drop_drafting_functions
from aqueduc.sources.webdav import KIND

DRAFTING = build_drop_drafting_functions(KIND, "aqueduc.sources.webdav.adapter:open_webdav_folder")
