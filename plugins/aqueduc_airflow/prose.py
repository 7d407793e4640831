"""What people read of a dataset in Airflow: its documentation page and its tags, in the language
spoken now."""

import re
from collections.abc import Iterator
from typing import Any

from aqueduc.cities import DeployedCity
from aqueduc.declaration.source_kind import describe_source_on_dag_page
from aqueduc.declaration.spec import (
    City,
    ColumnDeclaration,
    Dataset,
    OutputFormat,
    PublicationMode,
    PublicationSettings,
)
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.declaration.vocabulary import THEMES, AccessLevel
from aqueduc.language import (
    Message,
    Sentence,
    _,
    format_declared_share,
    format_privacy_unit_count,
    join_messages,
    translate,
)

ACCESS = {
    AccessLevel.OPEN: _("ouvert à tous"),
    AccessLevel.REGISTERED: _("réservé aux utilisateurs inscrits"),
    AccessLevel.NAMED_USERS: _("réservé aux utilisateurs nommés"),
    AccessLevel.SAME_ORGANISATION: _("réservé à l'organisation"),
    AccessLevel.ANY_ORGANISATION: _("réservé aux organisations inscrites"),
    AccessLevel.PARTNERS: _("réservé aux partenaires"),
}
_FORMATS = {
    OutputFormat.CSV: "CSV",
    OutputFormat.PARQUET: "Parquet",
    OutputFormat.GEOJSON: "GeoJSON",
    OutputFormat.XLSX: "Excel",
}
SWEEP = _(
    """### Balayer le coffre

Chaque heure, ce que des exécutions tuées ont laissé dans le coffre est détruit : les extraits bruts qu'aucune
exécution vivante ne tient, leurs dossiers temporaires, et les lignes rejetées gardées plus de `rejected_days`
jours (`city.yaml`), de tous les jeux, déclarés ou non, sauf de ceux qu'une réclamation fait conserver.

Une exécution en cours, ou qui attend sa tâche suivante, n'est pas balayée ; au-delà d'une journée d'attente,
elle reprend à l'extraction. À la main : `aqueduc sweep`.
"""
)
RECONCILIATION = _(
    """### Vérifier tout ce qui est en ligne

Chaque matin à six heures, et à la demande : ce qui est déclaré, accordé, certifié, inscrit sur chaque plateforme et
réellement servi à un visiteur est comparé, pour tous les jeux. Chaque différence est écrite au journal avec ce qu'il faut
faire et, s'il y en a une, l'exécution qui la corrige ; elle est dite à qui de droit une fois, tant qu'elle dure.

Rien n'est corrigé ni supprimé ici, sauf qu'un jeu restreint que n'importe qui pouvait ouvrir est caché aussitôt. Rouge : un
incident (donnée restreinte ou retirée lisible, registre rompu), ou tant de différences que la plateforme ou le dépôt sont
en cause. À la main : `aqueduc reconcile`.
"""
)
CONVENTION = _(
    """### La convention avec la Région

Chaque heure : les échéances sont annoncées à l'avance, les réclamations et les incidents ouverts suivis (72 heures
de la CNIL comprises), et, dès que la convention a pris fin, ce qui se lit sur les plateformes qu'elle lie est caché.

Supprimer et vérifier demande alors l'accord d'une personne, dans *Actions requises* du traitement « Convention :
retrait » ; un refus laisse caché ce qui l'est. À la main : `aqueduc convention`, `aqueduc claim`.
"""
)
ARRIVALS = _(
    """### Guetter l'arrivée des fichiers

Toutes les cinq minutes, ce qui est dans le dépôt des jeux qui le demandent (`on_arrival: true`) est listé, sans être
lu. Un fichier que deux regards de suite ont vu le même est arrivé : une exécution du jeu est demandée, une fois.

D'un document lu par HTTP, seul est demandé l'état que son adresse annonce (ETag, ou date).

Un dépôt que trois regards de suite n'ont pas pu voir fait demander une exécution aussi : son échec dit pourquoi. En
pause, rien n'est guetté ; ce qui arrive alors est vu à la reprise.
"""
)
ALERTS = _(
    """### Envoyer les alertes

Toutes les dix minutes, ce qui doit être dit à quelqu'un (`notify:` de `city.yaml`) part, groupé : un message par
destinataire. Une tâche qui échoue le dit aussitôt ; ici part ce qui n'a pas pu, et ce que d'autres ont trouvé.

Rouge : un message n'est pas parti (serveur de courrier, jeton, adresse). Rien n'est perdu, le tour suivant essaie de
nouveau. À la main : `aqueduc alerts`, `aqueduc alerts --send`.
"""
)
WITHDRAWAL = _(
    """### Retirer des jeux

Un jeu retiré est caché et vidé sur chaque plateforme et dans chaque emplacement, puis chaque adresse qu'il a eue est
demandée comme le ferait un visiteur ; le registre en garde la preuve. Plus aucune exécution ne le publie, quelle que soit
l'option, jusqu'à ce que quelqu'un lève ce retrait ici même.

*Trigger* : choisir les jeux (ou tous), dire qui l'a demandé, pourquoi, et quel jour ; puis quelqu'un répond dans *Actions
requises* : c'est en son nom que c'est fait. Une fois par jour, ce dont le jour est venu est retiré, et ce qui n'a pas pu
l'être est repris. À la main : `aqueduc withdraw`.
"""
)
AGREEMENT = _(
    """### Accorder une publication

Une exécution d'un jeu qui attend un accord, ou dont la déclaration a changé sur le fond, la pose ici et s'arrête. Sous
« Actions requises » : ce qui a changé, le risque mesuré, la fiche, le texte à signer ; « Accorder » ou « Refuser », et le
motif. Seule une personne de `people:` qui peut accorder (`agreement_role:` de `city.yaml`) décide, sous son compte ; la
réponse d'une autre est refusée, et la question posée de nouveau. Accordé, le jeu est publié aussitôt (d'un jeu lu par
intervalle : le dernier).

À la main, pour décider d'un jeu ou revenir sur une décision : déclencher avec « dataset ». Sans Airflow : `aqueduc agree`.
"""
)
# Airflow refuses a tag longer than 100 characters, and its list shows little more than twenty.
_OWNER_PREFIXES = ("direction générale", "direction", "service", "pôle", "département")


def build_city_tags(city: DeployedCity) -> list[str]:
    """``ville:…``, where there are several."""
    return [str(_("ville:{}").format(city.title))] if city.code else []


def build_dag_tags(dataset: Dataset) -> list[str]:
    """``thème:…``, ``mode:…``, ``accès:…``, ``service:…``: what an operator filters the list by."""
    found = [
        _("thème:{}").format(translate(THEMES[dataset.theme]).split(",")[0].lower()),
        _("mode:{}").format(
            {PublicationMode.UPLOAD: _("dépôt"), PublicationMode.INDEX: _("lien")}[dataset.publication.mode]
        ),
        _("accès:{}").format(_("ouvert") if dataset.access.is_open else _("restreint")),
        _("service:{}").format(shorten_owner(dataset.owner)),
    ]
    return [str(tag) for tag in found]


def shorten_owner(owner: str) -> str:
    """``Direction de l'urbanisme`` -> ``urbanisme``; at most 40 characters."""
    text = owner.strip()
    for prefix in _OWNER_PREFIXES:
        if text.lower().startswith(prefix + " "):
            text = text[len(prefix) + 1 :]
            break
    for article in ("de la ", "de l'", "de l’", "du ", "des ", "de ", "d'", "d’"):
        if text.lower().startswith(article):
            text = text[len(article) :]
            break
    return text[:40].strip()


def convert_error_to_markdown(text: str) -> str:
    """A message about a file, as Markdown: sentences wrap, the lines shown keep their carets aligned."""
    parts: list[str] = []
    fenced = False
    for line in text.splitlines():
        if bool(re.match(r" *\d* \| ", line)) != fenced:
            parts.append("```text" if not fenced else "```")
            fenced = not fenced
        said = line.strip()
        if fenced:
            parts.append(line)
        elif said.startswith("= "):
            parts += ["", f"> {_MARKS.sub(_ESCAPED, said[2:])}", ""]
        else:
            parts += [_MARKS.sub(_ESCAPED, said), ""]
    return "\n".join([*parts, "```"] if fenced else parts)


_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_ESCAPED = r"\\\1"


def build_dag_documentation(dataset: Dataset, city: City) -> str:
    """The documentation of a DAG, in Markdown: what leaves, what stays and why, how often, where."""
    lines = [
        dataset.description,
        "",
        *_format_markdown_table(("", ""), _list_documentation_facts(dataset, city)),
        *_build_markdown_heading(_("Ce qui sort")),
        *_format_markdown_table(
            (_("Colonne publiée"), _("Colonne de la source"), _("Traitement")),
            [
                (f"`{column.published_as}`", f"`{column.name}`", _describe_treatment(column, dataset))
                for column in dataset.published_columns
            ],
        ),
        *_build_markdown_heading(_("Ce qui reste à la Ville")),
        _format_unpublished_columns(dataset),
        *_build_markdown_heading(_("Garanties")),
        *(f"- {line}" for line in _list_guarantees(dataset)),
        *_build_markdown_heading(_("Lancer à la main")),
        *(f"- {line}" for line in _list_manual_options(dataset)),
        *(_build_markdown_heading(_("À revoir")) if dataset.warnings else ()),
        *(f"- {_MARKS.sub(_ESCAPED, str(doubt))}" for doubt in dataset.warnings),
    ]
    return "\n".join(map(str, lines))


def _build_markdown_heading(title: Message) -> tuple[str, str, str]:
    return "", f"#### {title}", ""


def _list_documentation_facts(dataset: Dataset, city: City) -> list[tuple[str, Sentence]]:
    licence = dataset.licence.title
    cadence = _("{cadence}, une période à la fois") if dataset.windowed else Message("{cadence}")
    if dataset.after:
        cadence = _("{cadence}, et après une nouvelle publication de {after}")
    after = join_messages(f"`{name}`" for name in dataset.after)
    facts: dict[Message, Sentence] = {
        _("Publié sur"): _describe_target_platform(dataset, city),
        _("Licence"): f"[{licence}]({dataset.licence.url})" if dataset.licence.url else licence,
        _("Accès"): ACCESS[dataset.access.level],
        _("Cadence"): cadence.format(cadence=dataset.frequency.label, after=after),
        **({_("Arrivées"): _describe_arrivals(dataset)} if dataset.on_arrival else {}),
        _("Source"): describe_source_on_dag_page(dataset.source),
        **(
            {_("Tables jointes"): join_messages(f"`{one.file}`" for one in dataset.join)}
            if dataset.join
            else {}
        ),
        **(
            {_("Colonnes calculées"): join_messages(f"`{name}`" for name in dataset.computed)}
            if dataset.computed
            else {}
        ),
        _("Thème"): translate(THEMES[dataset.theme]),
        _("Producteur"): f"{dataset.owner}, {city.name} ({dataset.contact})",
        _("Déclaration"): _("`{file}`, schéma `{schema}`").format(
            file=f"include/datasets/{dataset.path.name}", schema=dataset.schema_path
        ),
    }
    return [(f"**{name}**", fact) for name, fact in facts.items()]


def _describe_arrivals(dataset: Dataset) -> Message:
    if dataset.source.capabilities.announces_state:
        return _("relu quand l'adresse du document en annonce un autre état, demandé toutes les cinq minutes")
    return _("relu quand un fichier arrive dans le dépôt, listé toutes les cinq minutes")


def _describe_target_platform(dataset: Dataset, city: City) -> Message:
    published = dataset.publication
    platform = city.find_platform_settings(published.primary_platform)
    where = Message(published.primary_platform)
    if platform:
        where = _("{name} (organisation {organisation})").format(
            name=platform.name, organisation=city.organisation
        )
    if published.other_platforms:
        where = _("{where}, et {others}").format(where=where, others=", ".join(published.other_platforms))
    if published.is_link_to_source:
        return _("{where} : la fiche et un lien ; les données restent à la Ville").format(where=where)
    if published.outlet:
        where = _("{where} : la fiche et des liens vers « {outlet} »").format(
            where=where, outlet=published.outlet
        )
    table = _(", et en table interrogeable") if published.datastore else ""
    return _("{where}, en {formats}{table}").format(
        where=where, formats=_describe_published_formats(published), table=table
    )


def _describe_published_formats(published: PublicationSettings) -> Sentence:
    formats = ", ".join(_FORMATS[kind] for kind in published.formats)
    split = published.split
    if split is None:
        return formats
    return (
        _("{formats}, un fichier par année de `{column}`")
        if split.per == "year"
        else _("{formats}, un fichier par valeur de `{column}`")
    ).format(formats=formats, column=split.by)


def _describe_treatment(column: ColumnDeclaration, dataset: Dataset) -> Message:
    text = describe_column_treatment(column, dataset.privacy)
    if not column.basis:
        return text
    return _("{treatment} ; fondement : {basis}").format(treatment=text, basis=column.basis)


def _format_unpublished_columns(dataset: Dataset) -> Sentence:
    retained = [f"`{column.name}`" for column in dataset.columns if column.published_as is None]
    return ", ".join(retained) if retained else _("Rien : aucune colonne n'est retirée.")


def _list_guarantees(dataset: Dataset) -> Iterator[Message]:
    yield _("Une colonne de la source qui n'est pas déclarée ferme la porte : rien n'est publié.")
    if privacy := dataset.privacy:
        units = format_privacy_unit_count(privacy.unit, privacy.k)
        yield _(
            "k-anonymité : toute combinaison de {names} est portée par au moins {units} ; au plus {share} "
            "des lignes sont retirées pour y parvenir, sinon rien n'est publié."
        ).format(
            names=", ".join(f"`{name}`" for name in privacy.quasi_identifiers),
            units=units,
            share=format_declared_share(privacy.suppress_at_most),
        )
        yield _(
            "Ce qui change dans un groupe d'une révision à l'autre ne sort que par {units} au moins."
        ).format(units=units)
    yield _(
        "Une ligne qui ne suit pas le schéma est mise à l'écart ; si une étape en écarte plus de {share}, "
        "rien n'est publié."
    ).format(share=format_declared_share(dataset.reject_at_most))
    yield _(
        "L'extrait brut est détruit à la fin de chaque exécution, réussie ou non ; celui d'une exécution "
        "tuée, par le balayage du coffre."
    )
    yield _("Une source inchangée n'est pas republiée, sauf si la plateforme montre autre chose qu'avant.")


def _list_manual_options(dataset: Dataset) -> Iterator[Message]:
    yield _("`force` : republier même si rien n'a changé.")
    yield _("`dry_run` : tout faire sauf publier.")
    if dataset.windowed:
        yield _(
            "Sans intervalle de données, c'est la dernière période complète qui est extraite. « Backfill » "
            "(rattrapage) reprend des périodes passées."
        )
    else:
        yield _(
            "Le jeu est publié en entier à chaque fois : un rattrapage (« Backfill ») n'a pas de sens et est "
            "refusé."
        )


def _format_markdown_table(header: tuple[Sentence, ...], rows: list[Any]) -> list[str]:
    cells = [header, tuple("---" for _column in header), *rows]
    return ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in cells]
