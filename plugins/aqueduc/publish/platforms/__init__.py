"""The platforms, one adapter each behind the protocol of ``aqueduc.publish.platform``."""
