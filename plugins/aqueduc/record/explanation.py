"""What a data protection officer signs: the whole of a declaration in French prose, and no cell of its data.

French only, whatever language the commands speak: it is an act of a French city. Legal sources: code des
relations entre le public et l'administration (CRPA), art. L. 312-1-1, L. 312-1-2, D. 312-1-3 and D. 323-2-1;
règlement (UE) 2016/679 (RGPD), art. 4 and recital 26; WP29 opinion 05/2014 on anonymisation techniques.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aqueduc.declaration.model import (
    Cell,
    City,
    Column,
    Convention,
    Dataset,
    Drop,
    FileSource,
    HttpSource,
    Noise,
    OutputFormat,
    PostgresSource,
    Privacy,
    Pseudonym,
    Publication,
    Publish,
    Recode,
    Scrub,
    Snap,
    Split,
    SuppressUnder,
    Transform,
    Waiver,
)
from aqueduc.declaration.vocabulary import IDENTIFIERS, THEMES, AccessLevel
from aqueduc.declaration.wording import described, secrecy
from aqueduc.record.preparation import unbroken


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table: a heading for each column, then rows of as many cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Fields:
    """Blanks to fill in by hand, for a signature."""

    title: str
    labels: tuple[str, ...]


Block = Paragraph | Bullets | Grid | Fields


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Explanation:
    """``fingerprint`` binds the text to one exact declaration: another one has another."""

    title: str
    subtitle: str
    fingerprint: str
    sections: tuple[Section, ...]


def explain(dataset: Dataset, city: City) -> Explanation:
    """What leaves, what does not, how, why, to whom, under which licence, how often and where; what is kept
    and for how long; who answers for it; and a place to sign."""
    writers = (
        ("Objet", _subject),
        ("Ce qui sort", _leaving),
        ("Ce qui ne sort pas", _staying),
        ("Comment les personnes sont protégées", _protection),
        ("Sur quel fondement", _bases),
        ("À qui, et sous quelle licence", _readers),
        ("Où, comment et à quel rythme", _way),
        ("Ce qui est conservé, et combien de temps", _keeping),
        ("Ce qui est vérifié avant chaque publication", _checks),
        ("Qui répond de quoi", _roles),
        ("Avis et décision", _signatures),
    )
    sections = tuple(
        Section(f"{rank}. {title}", tuple(_typeset(write(dataset, city))))
        for rank, (title, write) in enumerate(writers, start=1)
    )
    return Explanation(
        title=unbroken(dataset.title),
        subtitle=unbroken(f"{city.name} : ce qui sort, ce qui reste, et pourquoi"),
        fingerprint=dataset.fingerprint,
        sections=sections,
    )


def _typeset(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Paragraph(text=text):
                yield Paragraph(unbroken(text))
            case Bullets(items=items):
                yield Bullets(tuple(map(unbroken, items)))
            case Grid(head=head, rows=rows):
                yield Grid(head, tuple(tuple(map(unbroken, row)) for row in rows))
            case Fields():
                yield block


# --- 1 to 3: what -------------------------------------------------------------------------------------------


def _subject(dataset: Dataset, _: City) -> Iterator[Block]:
    yield Paragraph(_sentence(dataset.description))
    yield Grid(
        ("", ""),
        (
            ("Jeu de données", f"{dataset.title} (« {dataset.id} »)"),
            ("Direction responsable", dataset.owner),
            ("Contact", dataset.contact),
            ("Thème", THEMES[dataset.theme]),
            ("Origine", _origin(dataset)),
            ("Déclaration", _files(dataset)),
            ("Empreinte de la déclaration (SHA-256)", dataset.fingerprint),
        ),
    )
    yield Paragraph(
        "Le présent texte est tiré de la déclaration elle-même et ne vaut que pour elle : toute modification "
        "de la déclaration, de son schéma ou de sa requête en change l'empreinte, et appelle une nouvelle "
        "lecture."
    )


def _files(dataset: Dataset) -> str:
    sets = f" ; jeux de colonnes : {', '.join(dataset.column_sets)}" if dataset.column_sets else ""
    read = f" ; lue pour l'environnement « {dataset.environment} »" if dataset.environment else ""
    followed = dataset.national
    schema = f"national, {followed.name} {followed.version}" if followed else dataset.schema_path
    return f"{dataset.path.name} ; schéma : {schema}{sets}{read}"


def _origin(dataset: Dataset) -> str:
    match dataset.source:
        case PostgresSource(connection=connection, sql_path=path):
            return f"base de données « {connection} », par la requête {path}, en lecture seule"
        case HttpSource(connection=connection, path=path):
            return f"interface (API) « {connection} », à l'adresse {path}"
        case FileSource(connection=connection, path=path):
            return f"fichier {path} du dossier de dépôt « {connection} »"


def _leaving(dataset: Dataset, _: City) -> Iterator[Block]:
    count = len(dataset.published)
    yield Paragraph(
        f"{_counted(count, 'colonne est publiée', 'colonnes sont publiées')}, et aucune autre. Une colonne "
        "qui apparaîtrait dans la source sans figurer dans la déclaration arrêterait la publication."
    )
    yield Grid(
        ("Colonne publiée", "Colonne de la source", "Ce qui lui est fait", "Ce qu'elle contient"),
        tuple(
            (column.published_as or "", column.name, described(column.rule), _meaning(dataset, column))
            for column in dataset.published
        ),
    )


def _meaning(dataset: Dataset, column: Column) -> str:
    field = dataset.table_schema.field(column.published_as or "")
    return (field.title or field.description).strip() if field else ""


def _staying(dataset: Dataset, _: City) -> Iterator[Block]:
    names = [column.name for column in dataset.columns if isinstance(column.rule, Drop)]
    if names:
        yield Paragraph(
            f"{_counted(len(names), 'colonne de la source est', 'colonnes de la source sont')} "
            f"retirée{'s' * (len(names) > 1)} et ne sort{'ent' if len(names) > 1 else ''} jamais de l'espace "
            f"privé de la Ville : {_quoted(names)}."
        )
    else:
        yield Paragraph("Aucune colonne n'est retirée : toutes celles que donne la source sont publiées.")
    withheld = list(_withheld(dataset))
    if withheld:
        yield Paragraph("Ne sortent pas non plus :")
        yield Bullets(tuple(withheld))


def _withheld(dataset: Dataset) -> Iterator[str]:
    if dataset.privacy is not None:
        yield f"les lignes dont le groupe compte moins de {dataset.privacy.k} lignes (voir 4) ;"
    for column in dataset.published:
        if isinstance(column.rule, SuppressUnder):
            yield (
                f"les lignes dont l'effectif « {column.published_as} » est inférieur à "
                f"{column.rule.threshold}, zéro compris ;"
            )
        if isinstance(column.rule, Cell):
            yield f"« {column.published_as} », secret statistique : {secrecy(column.rule)} ;"
    if not dataset.publication.at_source:
        yield (
            "les lignes qui ne sont pas conformes au schéma de données : une ligne qui n'a pas été comprise "
            "n'a pas été anonymisée non plus."
        )


# --- 4 and 5: how, and why ----------------------------------------------------------------------------------


def _protection(dataset: Dataset, _: City) -> Iterator[Block]:
    changed = [
        f"« {column.published_as} » : {described(column.rule)} ;"
        for column in dataset.published
        if not isinstance(column.rule, Publish | SuppressUnder | Cell | Pseudonym)
    ]
    if changed:
        yield Paragraph("Ces colonnes sont transformées avant de sortir :")
        yield Bullets(_ended(changed))
    rules = [column.rule for column in dataset.published]
    for kind, caution in _CAUTIONS.items():
        if any(isinstance(rule, kind) for rule in rules):
            yield Paragraph(caution)
    for column in dataset.published:
        if isinstance(column.rule, Pseudonym):
            yield Paragraph(_pseudonym(column.published_as or "", column.rule))
        if isinstance(column.rule, Transform):
            yield Paragraph(
                f"« {column.published_as} » : cette fonction est du code de la Ville, que l'empreinte de la "
                f"déclaration couvre (SHA-256 du fichier : {column.rule.sha256}). Ce qu'elle fait est à lire "
                "dans ce fichier : ce texte n'en répond pas."
            )
    yield from _classes(dataset)


_CAUTIONS: dict[type, str] = {
    Snap: (
        "Une position ramenée au centre d'une maille est la même pour tous les points de la maille : elle ne "
        "désigne plus une adresse."
    ),
    Noise: (
        "Une valeur bruitée n'est pas la valeur réelle : un écart tiré au hasard lui est ajouté, et il est "
        "tiré de nouveau à chaque extraction. Elle ne se lit qu'en moyenne, sur de nombreuses lignes."
    ),
    Scrub: (
        "L'expurgation d'un texte libre reconnaît des formes connues (téléphones, adresses électroniques, "
        "noms…). Elle ne garantit pas que le texte ne désigne plus personne : une relecture humaine reste "
        "nécessaire."
    ),
}


def _pseudonym(name: str, rule: Pseudonym) -> str:
    reach = (
        "d'une ligne à l'autre d'une même révision"
        if rule.rotate
        else "d'une ligne et d'une révision à l'autre"
    )
    return (
        f"« {name} » : la valeur est remplacée par un pseudonyme calculé avec une clé que la Ville garde "
        f"secrète (HMAC-SHA-256). Il permet de suivre une même personne {reach} : c'est une pseudonymisation "
        "(RGPD, art. 4, 5), qui laisse à la donnée son caractère personnel. Elle ne peut sortir que sur un "
        "fondement cité (voir 5)."
    )


def _classes(dataset: Dataset) -> Iterator[Block]:
    privacy = dataset.privacy
    if privacy is None:
        yield Paragraph(
            "Aucun quasi-identifiant n'est déclaré : la direction responsable tient que les colonnes "
            "publiées, même rapprochées entre elles ou d'autres informations, ne permettent d'identifier "
            "personne qui ne doive l'être. C'est le point que la signature de ce texte confirme."
        )
        return
    published = {column.name: column.published_as or column.name for column in dataset.columns}
    names = [published[name] for name in privacy.quasi_identifiers]
    others = [
        name for name in (column.published_as or "" for column in dataset.published) if name not in names
    ]
    yield Paragraph(
        f"Anonymat de groupe (k-anonymat), k = {privacy.k} : chaque combinaison publiée de {_quoted(names)} "
        f"réunit au moins {privacy.k} lignes. Qui connaîtrait ces informations sur une personne ne pourrait "
        f"donc distinguer sa ligne de {privacy.k - 1} autres au moins. "
        + _reached(privacy, published)
        + "Les lignes des groupes plus petits sont retirées, dans la limite de "
        f"{_percent(privacy.suppress_at_most)} des lignes : au-delà, rien n'est publié et les règles sont à "
        "revoir."
    )
    asked = [*_sensitive_columns(privacy, published), *_populations(privacy)]
    if asked:
        yield Paragraph("S'y ajoutent, pour chaque groupe publié :")
        yield Bullets(_ended(asked))
    yield Paragraph(
        "D'une révision à la suivante, ce qui change dans un groupe ne sort que par "
        f"{privacy.k} lignes au moins : qui garderait les fichiers antérieurs n'y isolerait personne par "
        "différence. Les lignes qui attendent comptent parmi celles qui sont retirées."
        + (
            f" Il en va de même avec les autres jeux qui décrivent « {privacy.population} »."
            if privacy.population
            else ""
        )
    )
    others = [name for name in others if name not in {published[one.column] for one in privacy.sensitive}]
    if others:
        yield Paragraph(
            f"Ce que cela ne garantit pas : les autres colonnes publiées ({_quoted(others)}) n'entrent pas "
            "dans ce calcul. Si toutes les lignes d'un groupe y portent la même valeur, qui sait qu'une "
            "personne appartient à ce groupe apprend cette valeur. Le calcul suppose aussi qu'une ligne ne "
            "décrit qu'une personne, et une personne qu'une ligne."
        )


def _reached(privacy: Privacy, published: Mapping[str, str]) -> str:
    """How the groups are made large enough, before any row is withheld."""
    if not privacy.hierarchies:
        return ""
    names = _quoted([published[ladder.column] for ladder in privacy.hierarchies])
    how = {
        Recode.GLOBAL: "au même niveau pour toutes les lignes, celui qui perd le moins d'information (une "
        "recherche exacte le garantit)",
        Recode.ITERATIVE: "au niveau qui perd le moins d'information, puis à d'autres pour les lignes qui "
        "restent",
        Recode.LOCAL: "au niveau le plus fin que permet chaque groupe",
    }[privacy.recode or Recode.GLOBAL]
    return f"Pour y parvenir, {names} : la valeur est rendue moins précise selon sa hiérarchie, {how}. "


def _sensitive_columns(privacy: Privacy, published: Mapping[str, str]) -> Iterator[str]:
    for one in privacy.sensitive:
        asked = []
        if one.distinct > 1:
            asked.append(f"{one.distinct} valeurs différentes au moins (l-diversité)")
        if one.entropy > 1:
            asked.append(f"une variété d'au moins {_number(one.entropy)} (l-diversité d'entropie)")
        if one.closeness is not None:
            asked.append(
                f"une répartition qui ne s'écarte pas de plus de {_percent(one.closeness)} de celle de tout "
                "le fichier (t-proximité)"
            )
        yield f"« {published[one.column]} » montre {', '.join(asked)} ;"


def _populations(privacy: Privacy) -> Iterator[str]:
    if privacy.k_map:
        yield (
            f"le groupe peut correspondre à {privacy.k_map.at_least} personnes au moins de la population "
            f"{privacy.k_map.path} ;"
        )


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _bases(dataset: Dataset, _: City) -> Iterator[Block]:
    yield Paragraph(_OPEN_DATA if dataset.access.is_open else _RESTRICTED)
    based = [column for column in dataset.published if column.basis]
    if based:
        yield Paragraph("Données à caractère personnel qui sortent sur un fondement particulier :")
        yield Bullets(
            tuple(
                f"« {column.published_as} », {described(column.rule)} : {_sentence(column.basis or '')}"
                for column in based
            )
        )
        yield Paragraph(
            "Qui réutilise ces données répond à son tour du respect de la loi n° 78-17 du 6 janvier 1978 "
            "(CRPA, art. L. 322-2)."
        )
    if dataset.waivers:
        yield Paragraph(
            "Ce que la recherche de données personnelles y trouve, et que quelqu'un a vérifié n'être la "
            "donnée de personne :"
        )
        yield Bullets(tuple(map(_waived, dataset.waivers)))
    plain = [
        column.published_as or ""
        for column in dataset.published
        if not column.basis and isinstance(column.rule, Publish)
    ]
    if plain:
        verb = "est tenue" if len(plain) == 1 else "sont tenues"
        alone = "à elle seule" if len(plain) == 1 else "à elles seules"
        yield Paragraph(
            f"Sans fondement particulier, {_quoted(plain)} {verb} pour ne permettre, {alone}, d'identifier "
            "aucune personne physique. Cette appréciation est celle de la direction responsable."
        )


def _waived(waiver: Waiver) -> str:
    what = IDENTIFIERS[waiver.kind].fr
    return (
        f"« {waiver.column} » ({what}) : {_sentence(waiver.reason)} Décision de {waiver.by}, du "
        f"{waiver.day:%d/%m/%Y}."
    )


_OPEN_DATA = (
    "La Ville publie en application de l'article L. 312-1-1 du code des relations entre le public et "
    "l'administration (CRPA). Son article L. 312-1-2 veut qu'un document qui comporte des données à "
    "caractère personnel ne soit rendu public qu'après un traitement qui rende impossible l'identification "
    "des personnes, sauf disposition législative ou réglementaire contraire, accord de la personne, ou "
    "document de l'une des catégories de l'article D. 312-1-3."
)
_RESTRICTED = (
    "L'accès à ce jeu étant restreint, sa mise à disposition n'est pas une diffusion publique au sens de "
    "l'article L. 312-1-1 du code des relations entre le public et l'administration (CRPA). Toute donnée à "
    "caractère personnel qui y figurerait demande un fondement (RGPD, art. 6), et ses destinataires sont "
    "ceux que dit le point 6."
)


# --- 6 and 7: to whom, where --------------------------------------------------------------------------------

_ACCESS = {
    AccessLevel.OPEN: "L'accès est ouvert à tous, sans inscription ni limite d'usage autre que la licence.",
    AccessLevel.REGISTERED: "L'accès est réservé aux utilisateurs inscrits sur la plateforme.",
    AccessLevel.NAMED_USERS: "L'accès est réservé aux utilisateurs que la déclaration nomme ({users}).",
    AccessLevel.SAME_ORGANISATION: (
        "L'accès est réservé aux membres de l'organisation de la Ville sur la plateforme."
    ),
    AccessLevel.ANY_ORGANISATION: (
        "L'accès est réservé aux membres des organisations inscrites sur la plateforme."
    ),
    AccessLevel.PARTNERS: "L'accès est réservé aux partenaires de la plateforme.",
}


def _readers(dataset: Dataset, _: City) -> Iterator[Block]:
    access, licence = dataset.access, dataset.licence
    yield Paragraph(_ACCESS[access.level].format(users=_counted(len(access.users), "compte", "comptes")))
    if not access.is_open:
        yield Paragraph(
            "La fiche est cachée aux visiteurs avant que les données n'arrivent. Après chaque publication, "
            "Aqueduc les demande comme le ferait un visiteur, et l'exécution n'est certifiée que s'il essuie "
            "un refus."
        )
    where = f" ({licence.url})" if licence.url else ""
    yield Paragraph(f"Licence : {licence.title}{where}. {_about(dataset)}")


def _about(dataset: Dataset) -> str:
    licence = dataset.licence
    if licence.by_decree:
        return (
            "C'est l'une des licences que l'administration peut choisir pour une réutilisation gratuite "
            "(CRPA, art. D. 323-2-1, issu du décret n° 2017-638 du 27 avril 2017)."
        )
    if licence.open:
        return (
            "Cette licence n'est pas de celles que l'article D. 323-2-1 du CRPA (décret n° 2017-638 du 27 "
            "avril 2017) propose : pour une réutilisation gratuite, elle demande une homologation préalable "
            "par l'État (CRPA, art. L. 323-2)."
        )
    return "Ce n'est pas une licence ouverte : elle va avec un accès restreint."


def _way(dataset: Dataset, city: City) -> Iterator[Block]:
    publication = dataset.publication
    place = (
        f"la plateforme « {publication.platform} », dans l'espace de l'organisation « {city.organisation} »"
    )
    if publication.also:
        place += f", et de même sur {', '.join(f'« {name} »' for name in publication.also)}"
    if publication.at_source:
        yield Paragraph(
            f"La donnée reste à la Ville. Sur {place}, seule la fiche est déposée, avec un lien "
            f"({publication.link}) qui mène à la source : le public lit la source même. C'est pourquoi "
            "toutes ses colonnes sont déclarées publiables telles quelles. Avant chaque publication, Aqueduc "
            "ouvre ce lien comme un visiteur et refuse de le publier s'il sert une colonne que la "
            "déclaration ne connaît pas."
        )
        yield Paragraph(
            "Entre deux passages, ce que montre le lien n'est pas contrôlé : la direction responsable répond "
            "de ce que sa source sert."
        )
    else:
        formats = ", ".join(_FORMATS[kind] for kind in publication.formats)
        table = _table(publication, city)
        formats += _split(publication.split)
        if publication.outlet is not None:
            yield Paragraph(
                f"Les fichiers ({formats}) restent à la Ville : une fois anonymisés et validés, ils sont "
                f"déposés dans son emplacement « {publication.outlet} », qui les sert au public"
                f"{_beside(dataset, city)}. Sur {place}, seule la fiche est déposée, avec les liens qui y "
                "mènent."
            )
        else:
            yield Paragraph(f"La Ville dépose sur {place}, la fiche et les fichiers ({formats}){table}.")
        yield Paragraph(
            "La publication précédente est remplacée quand la nouvelle est entière, jamais vidée d'abord."
        )
    yield Paragraph(f"Rythme : {_pace(dataset)}.")


def _beside(dataset: Dataset, city: City) -> str:
    table = next((one.table for one in city.outlets if one.name == dataset.publication.outlet), None)
    if table is None or not dataset.access.is_open:
        return ""
    return (
        f". Les mêmes lignes forment une table du schéma « {table.space} » de la base "
        f"« {table.connection} », que le rôle « {table.reader} » peut lire et non modifier"
    )


def _table(publication: Publication, city: City) -> str:
    """Only a CKAN holds a table of ours."""
    kinds = [settings.kind == "ckan" for settings in map(city.platform, publication.platforms) if settings]
    if not publication.datastore or not any(kinds):
        return ""
    return ", et une table interrogeable" + ("" if all(kinds) else " là où la plateforme en tient une")


def _split(split: Split | None) -> str:
    if split is None:
        return ""
    return f" ; un fichier par {'année' if split.per == 'year' else 'valeur'} de « {split.by} »"


_FORMATS = {
    OutputFormat.CSV: "CSV",
    OutputFormat.PARQUET: "Parquet",
    OutputFormat.GEOJSON: "GeoJSON",
    OutputFormat.XLSX: "Excel",
}


def _pace(dataset: Dataset) -> str:
    cadence = dataset.frequency
    if dataset.publication.at_source:
        return (
            f"la source est relue et le lien vérifié {cadence.french} ; il montre toujours l'état du moment"
        )
    if cadence.cron is None:
        return f"{cadence.french}, par une exécution que l'opérateur lance"
    if dataset.windowed:
        return (
            f"{cadence.french}, la source étant lue intervalle par intervalle ; ce qui est publié réunit "
            "tous les intervalles lus"
        )
    return f"{cadence.french}, si la source a changé ; chaque fois, l'état entier remplace le précédent"


# --- 8 to 11: what is kept, who answers ---------------------------------------------------------------------


def _keeping(dataset: Dataset, city: City) -> Iterator[Block]:
    linked = dataset.publication.at_source
    served = "que servait la source" if linked else "qui était en ligne"
    yield Grid(
        ("Ce qui est conservé", "Où", "Durée"),
        (
            (
                "Extrait brut de la source, avec toutes ses colonnes, et table anonymisée pas encore validée",
                "espace privé de la Ville (« coffre »)",
                "le temps d'une exécution : détruits à sa fin, qu'elle ait réussi ou non",
            ),
            (
                "Lignes rejetées, pour que la direction les corrige à la source",
                "espace privé de la Ville",
                _counted(city.rejected_days, "jour", "jours"),
            ),
            (
                "Empreinte (condensat) de l'extrait, pour savoir si la source a changé",
                "espace privé de la Ville",
                "jusqu'à la publication suivante, qui la remplace",
            ),
            (
                "Lignes préparées pour la publication, après anonymisation et validation",
                "dépôt de la Ville",
                f"sans limite de durée : elles prouvent ce {served} à une date donnée",
            ),
            (
                "Certificats : comptes, règles, fondements et empreintes, sans aucune donnée de la source",
                "dépôt de la Ville",
                "sans limite de durée",
            ),
            (
                "Fiche" if linked else "Fiche et fichiers publiés",
                ", ".join(f"plateforme « {name} »" for name in dataset.publication.platforms),
                "jusqu'à son retrait" if linked else "jusqu'à leur remplacement ou leur retrait",
            ),
        ),
    )


def _checks(dataset: Dataset, _: City) -> Iterator[Block]:
    checks = [
        "les colonnes de la source sont exactement celles de la déclaration, et de même type qu'avant ;"
    ]
    if dataset.privacy is not None:
        checks.append(
            "le fichier même qui va sortir est jugé par un second calcul, indépendant du premier : aucun "
            f"groupe de moins de {dataset.privacy.k} lignes, aucune différence avec une révision antérieure "
            "qui isole quelqu'un ;"
        )
    checks += [
        f"chaque ligne est comparée au schéma ; {_tolerance(dataset)}, rien n'est publié ;",
        "toutes les colonnes du fichier à publier sont examinées, toutes lignes comprises, à la recherche de "
        "données personnelles (identifiants, noms, adresses, dates de naissance) : ce qui y ressemble, même "
        "s'il n'est que possible, ferme la porte, sauf fondement légal ou décision signée d'une personne "
        "nommée (voir 5) ; seules les coordonnées qui paraissent n'être celles de personne (la boîte d'un "
        "service) sont signalées sans la fermer ;",
        "si la déclaration protège moins que celle de la révision publiée (« privacy: » ôté ou abaissé, "
        "règle plus faible, colonne qui n'est plus retirée), le jeu est retenu jusqu'à ce qu'une personne "
        "lève cette garde ; le certificat la nomme, avec son motif ;",
        "les octets publiés sont ceux qui ont été validés : leurs empreintes s'enchaînent de l'extrait à la "
        "plateforme ;",
        "ce que sert la plateforme est relu, par la Ville et par un visiteur, puis certifié.",
    ]
    if dataset.publication.at_source:
        checks.insert(
            0, "aucune ligne n'est rejetée ni retirée, même une seule : le lien la montrerait malgré tout ;"
        )
    yield Bullets(tuple(checks))
    yield Paragraph(
        "Tant qu'une de ces vérifications échoue ou attend une décision, rien n'est publié et la publication "
        "précédente reste telle quelle. Aucun journal, aucun message, aucun certificat ne contient de donnée "
        "de la source."
    )


def _tolerance(dataset: Dataset) -> str:
    if dataset.reject_at_most == 0:
        return "si une seule est rejetée"
    return f"au-delà de {_percent(dataset.reject_at_most)} de lignes rejetées"


def _roles(dataset: Dataset, city: City) -> Iterator[Block]:
    officer = f" ; délégué à la protection des données : {city.dpo}" if city.dpo else ""
    yield Bullets(
        (
            f"Responsable du traitement : {city.name} (SIREN {city.siren}){officer}.",
            f"Direction qui répond de la donnée et de ce texte : {dataset.owner} ; contact public : "
            f"{dataset.contact}.",
            f"Hébergeur de la plateforme : {city.convention.partner}, par {_convention(city.convention)} ; "
            f"correspondant : {city.convention.project_lead}.",
        )
    )
    yield Paragraph(
        "Ce texte ne tient lieu ni du registre des activités de traitement (RGPD, art. 30), ni de "
        "l'information des personnes (RGPD, art. 13 et 14)."
    )


def _convention(convention: Convention) -> str:
    said = f"convention notifiée le {convention.notified:%d/%m/%Y}"
    if convention.amendments:
        said += ", modifiée par " + ", ".join(
            f"l'avenant du {amendment.signed:%d/%m/%Y} ({amendment.about.strip().rstrip('.')})"
            for amendment in convention.amendments
        )
    return f"{said}, qui prend fin le {convention.ends:%d/%m/%Y}" if convention.ends else said


def _signatures(dataset: Dataset, _: City) -> Iterator[Block]:
    yield Paragraph(
        f"Sur la déclaration d'empreinte {dataset.fingerprint[:16]}… du jeu « {dataset.id} », telle que ce "
        "texte l'expose :"
    )
    yield Fields(
        "Avis du délégué à la protection des données",
        ("Avis (favorable, réservé, défavorable)", "Observations", "Nom", "Date", "Signature"),
    )
    yield Fields(
        f"Décision : {dataset.owner}", ("Publication autorisée (oui, non)", "Nom", "Date", "Signature")
    )


# --- small things -------------------------------------------------------------------------------------------


def _sentence(text: str) -> str:
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)


def _ended(items: list[str]) -> tuple[str, ...]:
    """A list whose last item ends in a full stop."""
    return (*items[:-1], items[-1].removesuffix(" ;") + ".")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count in (0, 1) else many}"


def _percent(share: float) -> str:
    return f"{share * 100:.2f}".rstrip("0").rstrip(".").replace(".", ",") + " %"
