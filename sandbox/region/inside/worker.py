"""CKAN's background jobs: what xloader needs; the configuration file is named by the variable CKAN_INI."""

from ckan.cli.cli import ckan

if __name__ == "__main__":
    ckan(["jobs", "worker"])
