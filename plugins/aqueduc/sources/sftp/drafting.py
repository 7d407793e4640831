"""A file of an SFTP server, as a draft reads it."""

from aqueduc.sources.drops.drafting import build_drop_drafting
from aqueduc.sources.sftp import KIND

DRAFTING = build_drop_drafting(KIND, "aqueduc.sources.sftp.adapter:open_sftp_folder")
