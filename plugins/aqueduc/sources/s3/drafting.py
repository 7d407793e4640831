"""A file of a bucket, as a draft reads it."""

from aqueduc.sources.drops.drafting import build_drop_drafting_functions
from aqueduc.sources.s3 import KIND

DRAFTING = build_drop_drafting_functions(KIND, "aqueduc.sources.s3.adapter:open_bucket_folder")
