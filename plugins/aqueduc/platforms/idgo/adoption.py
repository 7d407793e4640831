"""The city's records in IDGO, as the CKAN behind it shows them, for ``aqueduc adopt``."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from aqueduc.platforms.idgo.adapter import IdgoPlatform, has_managed_resource
from aqueduc.publish.adoption import AdoptableRecord
from aqueduc.publish.packages import convert_package_to_adoptable_record, map_licences_to_urls


def list_adoptable_records(platform: IdgoPlatform) -> Iterator[AdoptableRecord]:
    """Those that the account may change, under the name by which IDGO knows them: what was put into its CKAN
    alone is not IDGO's."""
    licences = map_licences_to_urls(platform.list_licences())
    for package in platform.list_packages():
        hosted = platform.map_resource_ids_to_hosted_flags(package["name"])
        if hosted is not None:
            url, managed = platform.build_record_url(package["name"]), has_managed_resource(package)
            yield _set_hosted_flags(
                convert_package_to_adoptable_record(package, licences, url, managed=managed), hosted
            )


def _set_hosted_flags(record: AdoptableRecord, hosted: Mapping[str, bool]) -> AdoptableRecord:
    resources = tuple(replace(one, hosted=hosted[one.id]) for one in record.resources if one.id in hosted)
    return replace(record, id=record.name, resources=resources)
