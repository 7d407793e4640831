"""The layers of WFS 2.0: what the capabilities say of one, how many features it has, and all of them by ``startIndex``.

Written from OGC 09-025r2. GeoJSON is no format of the standard: GeoServer, MapServer and QGIS Server give it, longitude
first, with ``numberMatched`` or without. So the number is asked apart, by ``resultType=hits``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.client import SourceClient, build_source_url
from aqueduc.sources.features import PAGE_SIZE, POSITION, FeaturePages, read_total_feature_count
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.paging import NextPage, PageAnswer, parse_count
from aqueduc.sources.remote import RemoteDatasetMetadata
from aqueduc.sources.wfs import USUAL_OUTPUT, WfsSource
from aqueduc.sources.xmlstream import UnexpectedXml, XmlStream

LARGEST_OUTLINE = 64 << 20
"""The capabilities of a service of thirty thousand layers."""

_NAMED = ("Operation", "Parameter")
_FORMATS_OF_FEATURES = ("GetFeature", "outputFormat")


def extract_layer(request: ExtractRequest, source: WfsSource) -> ExtractResult:
    """Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable."""
    with SourceClient(request.source_origin, request.connection) as client:
        count = _count_features(request, source, client)
        pages = _build_feature_page_reader(request, source, count, located=source.geometry)
        return pages.extract_features(request, client, _build_first_page_url(request, source))


def probe_layer_columns(request: ExtractRequest, source: WfsSource) -> ProbeResult:
    """The columns of the first page. Raises as ``extract``."""
    with SourceClient(request.source_origin, request.connection) as client:
        _count_features(request, source, client)
        names = fetch_column_names(request, source, client, located=source.geometry)
    return ProbeResult(names, whole=False)


def fetch_column_names(
    request: ExtractRequest, source: WfsSource, client: SourceClient, *, located: bool
) -> tuple[str, ...]:
    """The columns of the first page. Raises SourceError."""
    first = client.download(_build_first_page_url(request, source), request.scratch / "page")
    return _build_feature_page_reader(request, source, None, located=located).list_columns(request, first)


def build_next_page_parameters(count: int | None, page: PageAnswer) -> NextPage:
    """From the feature after those that were read, until there are as many as counted and as the page says, or a page
    is empty. The count alone ends nothing: a service may count no further than it gives at a time."""
    said = read_total_feature_count(page)
    if page.rows and (said is None or page.total_rows < max(said, count or 0)):
        return {"startIndex": str(page.total_rows)}
    return None


def _build_feature_page_reader(
    request: ExtractRequest, source: WfsSource, count: int | None, *, located: bool
) -> FeaturePages:
    return FeaturePages(
        origin=request.source_origin,
        located=located,
        bbox=request.bbox,
        find_next=partial(build_next_page_parameters, count),
        total=count,
        sorted_by=tuple(one.split()[0] for one in (source.sort_by or "").split(",") if one.strip()),
        remedy=_(
            "vérifier « dataset: » et « output: » dans la déclaration, ou prévenir l'équipe qui exploite le service"
        ),
        order=_("écrire « sort_by: », avec une propriété dont aucune valeur ne se répète, sous « source: »"),
    )


def _build_first_page_url(request: ExtractRequest, source: WfsSource) -> str:
    sorted_by = {"sortBy": source.sort_by} if source.sort_by else {}
    return _build_wfs_request_url(
        request,
        request="GetFeature",
        typeNames=source.dataset,
        outputFormat=source.output,
        srsName="EPSG:4326",
        startIndex="0",
        count=str(PAGE_SIZE),
        **sorted_by,
    )


def _build_wfs_request_url(asked: ExtractRequest, **parameters: str) -> str:
    return build_source_url(
        asked.connection.base_url, "", {"service": "WFS", "version": "2.0.0", **parameters}
    )


# --- what is said in XML ----------------------------------------------------------------------------------


def _count_features(request: ExtractRequest, source: WfsSource, client: SourceClient) -> int | None:
    """How many features the service counts; None where it does not say. Raises SourceError."""
    url = _build_wfs_request_url(request, request="GetFeature", typeNames=source.dataset, resultType="hits")
    outline = _download_xml_answer_summary(request, client, url)
    if outline.root == "ExceptionReport":
        raise _build_exception_report_error(request.source_origin, outline.exception)
    return parse_count(outline.attributes.get("numberMatched"))


def _build_exception_report_error(origin: SourceOrigin, found: Mapping[str, str]) -> SourceError:
    """Its text, which may quote anything, is not repeated."""
    if found.get("locator", "").lower() in ("typename", "typenames"):
        return origin.build_missing_error(
            _("Le service WFS n'a pas de couche de ce nom, ou ne la montre pas à ce compte."),
            _(
                "corriger « dataset: » : le nom d'une couche, avec son préfixe, tel que ses capacités l'écrivent"
            ),
        )
    return origin.build_unreadable_error(
        _("Le service WFS n'accepte pas la demande."),
        _("vérifier « dataset: », et que le service répond à WFS 2.0.0"),
    )


def read_capabilities(request: ExtractRequest, client: SourceClient) -> WfsXmlAnswerSummary:
    """Raises SourceError."""
    return _download_xml_answer_summary(
        request, client, _build_wfs_request_url(request, request="GetCapabilities")
    )


def build_remote_dataset_metadata(capabilities: WfsXmlAnswerSummary, dataset: str) -> RemoteDatasetMetadata:
    """What the capabilities say of a layer, for a draft."""
    title = capabilities.titles.get(dataset, "")
    return RemoteDatasetMetadata(title=title, licence=next(iter(capabilities.rights), ""), position=POSITION)


def choose_geojson_output_format(capabilities: WfsXmlAnswerSummary) -> str:
    """What the service calls GeoJSON; the usual name where it does not say."""
    named = [name for name in capabilities.formats if "json" in name.casefold()]
    return USUAL_OUTPUT if USUAL_OUTPUT in named or not named else named[0]


def _download_xml_answer_summary(
    request: ExtractRequest, client: SourceClient, url: str
) -> WfsXmlAnswerSummary:
    """Raises SourceError."""
    answer = client.download(url, request.scratch / "wfs.xml")
    if answer.path.stat().st_size > LARGEST_OUTLINE:
        raise request.source_origin.build_unreadable_error(
            _("La réponse de l'API dépasse toute mesure."),
            _("vérifier l'adresse de la connexion : celle du service, avant « ?service=WFS »"),
        )
    outline, wrong = WfsXmlAnswerSummary(), False
    try:
        with answer.path.open("rb") as file:
            for _block in XmlStream(
                file, outline.start_element, outline.end_element, outline.texts.append
            ).parse_document_by_blocks():
                pass
    except UnexpectedXml:
        wrong = True
    answer.path.unlink()
    if wrong:
        raise request.source_origin.build_unreadable_error(
            _("Ce qui répond à l'adresse de la connexion n'est pas un service WFS."),
            _("vérifier l'adresse de la connexion : celle du service, avant « ?service=WFS »"),
        )
    return outline


@dataclass
class WfsXmlAnswerSummary:
    """What is kept of an answer in XML: its root and the attributes of it, those of an exception, the title of each
    layer, what is said of rights, the formats of features."""

    root: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    exception: Mapping[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    rights: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _layer: str = ""
    _named: dict[str, str] = field(default_factory=dict)

    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._path:
            self.root, self.attributes = name, attributes
        if name == "Exception":
            self.exception = attributes
        if name in _NAMED:
            self._named[name] = attributes.get("name", "")
        self._path.append(name)
        self.texts.clear()

    def end_element(self, name: str) -> None:
        text = "".join(self.texts).strip()
        self.texts.clear()
        self._path.pop()
        match self._path[-1:], name:
            case ["FeatureType"], "Name":
                self._layer = text
            case ["FeatureType"], "Title":
                self.titles[self._layer] = text
            case ["ServiceIdentification"], "AccessConstraints" | "Fees" if text.casefold() not in (
                "",
                "none",
            ):
                self.rights.append(text)
            case ["AllowedValues"], "Value" if tuple(map(self._named.get, _NAMED)) == _FORMATS_OF_FEATURES:
                self.formats.append(text)


ADAPTER = SourceAdapter(extract=extract_layer, probe=probe_layer_columns)
