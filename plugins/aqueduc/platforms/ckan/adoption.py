"""The city's records on a CKAN, for ``aqueduc adopt``."""

from collections.abc import Iterator

from aqueduc.platforms.ckan.adapter import CkanPlatform, has_managed_resource
from aqueduc.publish.adoption import AdoptableRecord
from aqueduc.publish.packages import convert_package_to_adoptable_record, map_licences_to_urls


def list_adoptable_records(platform: CkanPlatform) -> Iterator[AdoptableRecord]:
    """Those that are not in CKAN's bin, by their names."""
    licences = map_licences_to_urls(platform.client.call_read_action("license_list"))
    for package in platform.list_packages(anonymous=False):
        url = platform.build_record_url(package["name"])
        yield convert_package_to_adoptable_record(
            package, licences, url, managed=has_managed_resource(package)
        )
