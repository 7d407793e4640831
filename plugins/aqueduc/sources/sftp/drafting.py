"""A file of an SFTP server, as a draft reads it."""

from aqueduc.sources.drops.drafting import build_drop_drafting_functions
from aqueduc.sources.sftp import KIND

DRAFTING = build_drop_drafting_functions(KIND, "aqueduc.sources.sftp.adapter:open_sftp_folder")
