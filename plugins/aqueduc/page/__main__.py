"""Compiles the templates: ``python -m aqueduc.page``, once Aqueduc is installed where nothing will be written."""

from aqueduc.page import compile_templates

compile_templates()
