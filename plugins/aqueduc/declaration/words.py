"""Every rule a column may have, one entry each: its word, what it does, what may stand after it (for a
person, for an editor and for the loader), what it gives. A rule is added here, in ``model``, ``wording`` and
``anonymise``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from aqueduc.declaration.model import (
    Band,
    Cell,
    Clip,
    Constant,
    DateUnit,
    Department,
    Distribution,
    Drop,
    FieldType,
    Generalise,
    Hierarchy,
    Locate,
    Mask,
    Noise,
    Pseudonym,
    Publish,
    Round,
    Rule,
    Scrub,
    Snap,
    SuppressUnder,
    Transform,
    Truncate,
)
from aqueduc.language import Said

Shape = Mapping[str, Any]
"""What stands after a word, as JSON Schema (draft 7)."""


@dataclass(frozen=True)
class Gives:
    """What a rule makes of a value, in words, and the types of Table Schema that such a value fits."""

    what: Said
    fits: tuple[FieldType, ...]


@dataclass(frozen=True)
class Word:
    """One rule as it is written.

    ``does``: what it does to the column. ``expects``: what stands after the word, with an example.
    ``shape``: the same for an editor. ``read``: from what stands there to the rule, None when it is not that.
    ``gives``: None where the type of the source is kept, or not known. ``blurs``: several values may become
    one, so that the column tells rows apart no longer. ``bare``: the word may stand alone, without a value.
    ``personal``: why what it gives is still personal data, and needs a basis.
    """

    word: str
    does: Said
    expects: Said
    shape: Shape
    read: Callable[[Any], Rule | None]
    gives: Callable[[Any], Gives] | None = None
    blurs: bool = False
    bare: bool = False
    personal: Said | None = None


# --- what stands after a word ----------------------------------------------------------------------------

_TRUE: Shape = {"const": True}
_NAME: Shape = {"type": "string", "pattern": r"\S"}
_POSITIVE: Shape = {"type": "number", "exclusiveMinimum": 0}
_FINITE = float("inf")


def _object(properties: Mapping[str, Shape], *required: str) -> Shape:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _FINITE


def _is_positive(value: Any) -> bool:
    return _is_number(value) and value > 0


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _has(value: Any, required: Collection[str], optional: Collection[str] = ()) -> bool:
    """Whether ``value`` is a mapping of these keys and no other."""
    return isinstance(value, dict) and {*required} <= {*value} <= {*required, *optional}


def _alone(rule: Rule) -> Callable[[Any], Rule | None]:
    return lambda value: rule if value is True else None


def _mask(value: Any) -> Rule | None:
    if value is True:
        return Mask()
    if _has(value, (), {"first", "last"}) and all(_is_whole(kept, 0) for kept in value.values()):
        return Mask(**value)
    return None


def _truncate(value: Any) -> Rule | None:
    if value == "department":
        return Department()
    return Truncate(length=value) if _is_whole(value, 1) else None


def _generalise(value: Any) -> Rule | None:
    if isinstance(value, str):
        return Generalise(unit=DateUnit(value)) if value in _UNITS else None
    if _has(value, {"band"}) and _is_positive(value["band"]):
        return Band(width=value["band"])
    if _has(value, {"hierarchy", "level"}) and _is_name(value["hierarchy"]) and _is_whole(value["level"], 1):
        return Hierarchy(path=value["hierarchy"].strip(), level=value["level"])
    return None


def _clip(value: Any) -> Rule | None:
    if not value or not _has(value, (), {"minimum", "maximum"}):
        return None
    if not all(_is_number(bound) for bound in value.values()):
        return None
    ordered = value.get("minimum", -_FINITE) < value.get("maximum", _FINITE)
    return Clip(**value) if ordered else None


def _noise(value: Any) -> Rule | None:
    if not _has(value, {"distribution", "scale", "step", "key"}):
        return None
    known = value["distribution"] in set(Distribution)
    right = known and _is_positive(value["scale"]) and _is_positive(value["step"]) and _is_name(value["key"])
    return Noise(**value) if right else None


def _locate(value: Any) -> Rule | None:
    if _has(value, {"polygons", "name"}) and _is_name(value["polygons"]) and _is_name(value["name"]):
        return Locate(path=value["polygons"].strip(), name=value["name"].strip())
    return None


def _pseudonym(value: Any) -> Rule | None:
    if _is_name(value):
        return Pseudonym(key=value)
    if _has(value, {"key"}, {"rotate"}) and _is_name(value["key"]):
        rotate = value.get("rotate", False)
        return Pseudonym(key=value["key"], rotate=rotate) if isinstance(rotate, bool) else None
    return None


def _cell(value: Any) -> Rule | None:
    by = [word for word in ("units", "households") if isinstance(value, dict) and word in value]
    if len(by) != 1 or not _has(value, by, {"largest", "at_least", "at_most"}):
        return None
    at_least, at_most = value.get("at_least"), read_share(value.get("at_most"))
    right = _is_name(value[by[0]]) and _is_name(value.get("largest", "-"))
    right = right and (at_least is None or _is_whole(at_least, 2))
    right = right and (at_most is None or (_is_number(at_most) and 0 < at_most < 1 and "largest" in value))
    if not right:
        return None
    return Cell(
        units=value[by[0]],
        households=by[0] == "households",
        largest=value.get("largest"),
        at_least=at_least,
        at_most=at_most,
    )


def read_share(raw: Any) -> Any:
    """``2%`` and ``0.02`` are the same share; what is no share stays as it is."""
    if isinstance(raw, str) and raw.strip().endswith("%"):
        try:
            return float(raw.strip()[:-1].replace(",", ".")) / 100
        except ValueError:
            return raw
    return raw


def _transform(value: Any) -> Rule | None:
    """The hash of the file is for the loader, which reads it."""
    if _has(value, {"path", "function"}) and _is_name(value["path"]) and _is_name(value["function"]):
        return Transform(path=value["path"].strip(), function=value["function"].strip(), sha256="")
    return None


# --- what a rule gives -----------------------------------------------------------------------------------

_UNITS = tuple(unit.value for unit in DateUnit)
_BAND = Gives(Said("une tranche, comme « 100-149 »", "a band, like “100-149”"), ("string", "any"))
_GENERALISED = {
    DateUnit.HOUR: Gives(Said("une date et une heure", "a date and time"), ("datetime", "string", "any")),
    DateUnit.DAY: Gives(Said("une date", "a date"), ("date", "string", "any")),
    DateUnit.MONTH: Gives(
        Said("un mois, comme « 2026-03 »", "a month, like “2026-03”"), ("yearmonth", "string", "any")
    ),
    DateUnit.QUARTER: Gives(
        Said("un trimestre, comme « 2026-T1 »", "a quarter, like “2026-T1”"), ("string", "any")
    ),
    DateUnit.YEAR: Gives(
        Said("une année, comme 2026", "a year, like 2026"), ("year", "integer", "number", "string", "any")
    ),
}
_TEXT = Gives(Said("un texte", "a text"), ("string", "any"))
_DEGREES = Gives(Said("des degrés", "degrees"), ("number", "string", "any"))
_NUMBER = Gives(Said("un nombre", "a number"), ("number", "integer", "string", "any"))
_COUNT = Gives(Said("un nombre entier", "a whole number"), ("integer", "number", "string", "any"))


def _generalised(rule: Generalise | Band | Hierarchy) -> Gives:
    match rule:
        case Generalise(unit=unit):
            return _GENERALISED[unit]
        case Band():
            return _BAND
        case Hierarchy():
            return _TEXT


# --- the rules -------------------------------------------------------------------------------------------

_ALL = (
    Word(
        "publish",
        Said(
            "publie la colonne telle quelle (ou selon sa hiérarchie, sous « privacy: »)",
            "publishes the column as it is (or by its hierarchy, under “privacy:”)",
        ),
        Said("« publish » ou « publish: true »", "“publish” or “publish: true”"),
        _TRUE,
        _alone(Publish()),
        bare=True,
    ),
    Word(
        "drop",
        Said("ne publie pas la colonne", "does not publish the column"),
        Said("« drop »", "“drop”"),
        _TRUE,
        _alone(Drop()),
        bare=True,
    ),
    Word(
        "generalise",
        Said(
            "ramène une date à son heure, jour, mois, trimestre ou année, un nombre à sa tranche, ou un mot "
            "à sa catégorie",
            "turns a date into its hour, day, month, quarter or year, a number into its band, or a word into "
            "its category",
        ),
        Said(
            f"« generalise: » attend {', '.join(_UNITS)}, {{band: largeur}}, ou {{hierarchy: fichier, level: "
            "niveau}",
            f"“generalise:” takes {', '.join(_UNITS)}, {{band: width}}, or {{hierarchy: file, level: level}}",
        ),
        {
            "anyOf": [
                {"enum": list(_UNITS)},
                _object(
                    {"band": {**_POSITIVE, "description": "La largeur des tranches.", "examples": [50]}},
                    "band",
                ),
                _object(
                    {
                        "hierarchy": {
                            **_NAME,
                            "description": "Le fichier CSV de la hiérarchie, dans include/ : la valeur, puis "
                            "ce qu'elle devient à chaque niveau.",
                            "examples": ["hierarchies/metiers.csv"],
                        },
                        "level": {
                            "type": "integer",
                            "minimum": 1,
                            "description": "Le niveau ; 1 est le premier au-dessus de la valeur.",
                        },
                    },
                    "hierarchy",
                    "level",
                ),
            ]
        },
        _generalise,
        gives=_generalised,
        blurs=True,
    ),
    Word(
        "truncate",
        Said(
            "garde les premiers caractères d'un code, ou le département d'un code INSEE ou postal",
            "keeps the first characters of a code, or the département of an INSEE or postal code",
        ),
        Said(
            "« truncate: » attend un nombre de caractères à garder, par exemple 2, ou department",
            "“truncate:” takes the number of characters to keep, for example 2, or department",
        ),
        {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "department"}], "examples": [2]},
        _truncate,
        gives=lambda _: _TEXT,
        blurs=True,
    ),
    Word(
        "mask",
        Said(
            "remplace la valeur par trois étoiles, en gardant au besoin le début ou la fin",
            "replaces the value by three stars, and may keep its beginning or end",
        ),
        Said(
            "« mask: » attend true, ou ce qui reste visible : {first: 2, last: 0}",
            "“mask:” takes true, or what can still be seen: {first: 2, last: 0}",
        ),
        {
            "anyOf": [
                _TRUE,
                _object(
                    {
                        "first": {
                            "type": "integer",
                            "minimum": 0,
                            "description": "Caractères gardés au début.",
                        },
                        "last": {
                            "type": "integer",
                            "minimum": 0,
                            "description": "Caractères gardés à la fin.",
                        },
                    }
                ),
            ]
        },
        _mask,
        gives=lambda _: _TEXT,
        blurs=True,
        bare=True,
    ),
    Word(
        "constant",
        Said("remplace toutes les valeurs par la même mention", "replaces every value by the same words"),
        Said(
            "« constant: » attend la mention, par exemple « non communiqué »",
            "“constant:” takes the words, for example “not disclosed”",
        ),
        {**_NAME, "examples": ["non communiqué"]},
        lambda value: Constant(value=value) if _is_name(value) else None,
        gives=lambda _: _TEXT,
        blurs=True,
    ),
    Word(
        "clip",
        Said("ramène un nombre hors des bornes à la borne", "moves a number beyond the bounds to the bound"),
        Said(
            "« clip: » attend une borne ou deux, par exemple {minimum: 18, maximum: 90}",
            "“clip:” takes one bound or two, for example {minimum: 18, maximum: 90}",
        ),
        {
            **_object(
                {
                    "minimum": {"type": "number", "description": "La plus petite valeur publiée."},
                    "maximum": {"type": "number", "description": "La plus grande valeur publiée."},
                }
            ),
            "minProperties": 1,
        },
        _clip,
        blurs=True,
    ),
    Word(
        "round",
        Said("arrondit un nombre", "rounds a number"),
        Said("« round: » attend un pas, par exemple 10", "“round:” takes a step, for example 10"),
        {**_POSITIVE, "examples": [10]},
        lambda value: Round(step=value) if _is_positive(value) else None,
        gives=lambda _: _NUMBER,
        blurs=True,
    ),
    Word(
        "noise",
        Said(
            "ajoute à un nombre un bruit tiré au hasard à chaque extrait",
            "adds to a number a noise drawn at random for each extract",
        ),
        Said(
            "« noise: » attend {distribution: laplace, scale: 5, step: 1, key: connexion}",
            "“noise:” takes {distribution: laplace, scale: 5, step: 1, key: connection}",
        ),
        _object(
            {
                "distribution": {
                    "enum": [law.value for law in Distribution],
                    "description": "La loi du bruit.",
                },
                "scale": {**_POSITIVE, "description": "Son ampleur : b de Laplace, ou écart-type."},
                "step": {**_POSITIVE, "description": "Le pas auquel le résultat est arrondi."},
                "key": {**_NAME, "description": "La connexion d'Airflow qui garde le secret du tirage."},
            },
            "distribution",
            "scale",
            "step",
            "key",
        ),
        _noise,
        gives=lambda _: _NUMBER,
        blurs=True,
    ),
    Word(
        "snap",
        Said(
            "ramène une position au centre d'une maille de tant de mètres (Lambert-93)",
            "moves a position to the centre of a cell of so many metres (Lambert-93)",
        ),
        Said(
            "« snap: » attend un pas en mètres, par exemple 100",
            "“snap:” takes a step in metres, for example 100",
        ),
        {**_POSITIVE, "examples": [100]},
        lambda value: Snap(metres=value) if _is_positive(value) else None,
        gives=lambda _: _DEGREES,
        blurs=True,
    ),
    Word(
        "locate",
        Said(
            "remplace la position par le nom de la zone (quartier, IRIS, commune) qui la contient",
            "replaces the position by the name of the zone (quarter, IRIS, commune) that holds it",
        ),
        Said(
            "« locate: » attend {polygons: geo/quartiers.geojson, name: nom}",
            "“locate:” takes {polygons: geo/quartiers.geojson, name: nom}",
        ),
        _object(
            {
                "polygons": {
                    **_NAME,
                    "description": "Les zones, un fichier GeoJSON (WGS84) de include/.",
                    "examples": ["geo/quartiers.geojson"],
                },
                "name": {**_NAME, "description": "La propriété des zones qui est publiée."},
            },
            "polygons",
            "name",
        ),
        _locate,
        gives=lambda _: _TEXT,
        blurs=True,
    ),
    Word(
        "pseudonym",
        Said(
            "remplace la valeur par un pseudonyme à clé ; reste une donnée personnelle, demande « basis: »",
            "replaces the value by a keyed pseudonym; still personal data, needs “basis:”",
        ),
        Said(
            "« pseudonym: » attend le nom de la connexion qui garde la clé, ou {key: connexion, rotate: "
            "true}",
            "“pseudonym:” takes the connection that holds the key, or {key: connection, rotate: true}",
        ),
        {
            "anyOf": [
                _NAME,
                _object(
                    {
                        "key": {**_NAME, "description": "La connexion d'Airflow qui garde la clé."},
                        "rotate": {
                            "type": "boolean",
                            "description": "Une autre clé à chaque extrait : le pseudonyme ne permet plus de "
                            "suivre quelqu'un de l'un à l'autre.",
                        },
                    },
                    "key",
                ),
            ],
            "examples": ["sel_urbanisme"],
        },
        _pseudonym,
        gives=lambda _: _TEXT,
        personal=Said(
            "un pseudonyme permet de suivre la même personne", "a pseudonym lets one follow the same person"
        ),
    ),
    Word(
        "suppress_under",
        Said(
            "publie un effectif, et retire les lignes où il est sous le seuil",
            "publishes a count, and takes out the rows where it is below the threshold",
        ),
        Said(
            "« suppress_under: » attend un seuil, par exemple 3",
            "“suppress_under:” takes a threshold, for example 3",
        ),
        {"type": "integer", "minimum": 2, "examples": [5]},
        lambda value: SuppressUnder(threshold=value) if _is_whole(value, 2) else None,
        gives=lambda _: _COUNT,
    ),
    Word(
        "cell",
        Said(
            "publie un montant ou un effectif, et retire les lignes que protège le secret statistique",
            "publishes an amount or a count, and takes out the rows that statistical secrecy protects",
        ),
        Said(
            "« cell: » attend {units: nb_entreprises, largest: montant_du_premier} ou {households: "
            "nb_menages} ; au besoin at_least: 5, at_most: 80%",
            "“cell:” takes {units: enterprises, largest: amount_of_the_first} or {households: households}; "
            "also at_least: 5, at_most: 80%",
        ),
        {
            **_object(
                {
                    "units": {**_NAME, "description": "La colonne qui compte les unités de la case."},
                    "households": {**_NAME, "description": "La colonne qui compte ses ménages."},
                    "largest": {
                        **_NAME,
                        "description": "La colonne qui donne ce que tient sa première unité.",
                    },
                    "at_least": {
                        "type": "integer",
                        "minimum": 2,
                        "description": "Le plus petit nombre d'unités publié ; par défaut, celui de "
                        "city.yaml.",
                    },
                    "at_most": {
                        "anyOf": [
                            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                            {"type": "string", "pattern": r"^\d{1,2}([.,]\d+)?\s*%$"},
                        ],
                        "description": "La plus grande part que la première puisse tenir ; par défaut, "
                        "celle de city.yaml.",
                    },
                }
            ),
            "oneOf": [{"required": ["units"]}, {"required": ["households"]}],
            "dependencies": {"at_most": ["largest"]},
        },
        _cell,
    ),
    Word(
        "scrub",
        Said(
            "expurge un texte libre : les identifiants reconnus (téléphone, courriel, nom…) sont remplacés",
            "scrubs a free text: the identifiers recognised (phone, e-mail, name…) are replaced",
        ),
        Said("« scrub » ou « scrub: true »", "“scrub” or “scrub: true”"),
        _TRUE,
        _alone(Scrub()),
        gives=lambda _: _TEXT,
        blurs=True,
        bare=True,
    ),
    Word(
        "transform",
        Said(
            "applique une fonction de la Ville (include/transforms/)",
            "applies a function of the city's own (include/transforms/)",
        ),
        Said(
            "« transform: » attend {path: transforms/adresses.py, function: nettoyer}",
            "“transform:” takes {path: transforms/adresses.py, function: clean}",
        ),
        _object(
            {
                "path": {
                    **_NAME,
                    "description": "Le fichier Python, dans include/.",
                    "examples": ["transforms/adresses.py"],
                },
                "function": {**_NAME, "description": "Le nom de la fonction dans ce fichier."},
            },
            "path",
            "function",
        ),
        _transform,
    ),
)

WORDS: Mapping[str, Word] = {word.word: word for word in _ALL}

OPTIONS: Mapping[str, Said] = {
    "as": Said("le nom sous lequel la colonne est publiée", "the name under which the column is published"),
    "basis": Said(
        "le texte qui autorise à publier une donnée personnelle ; le certificat le cite",
        "the law that allows personal data to be published; the certificate quotes it",
    ),
}
"""What may stand beside the rule; a text each."""

_WORD_OF: Mapping[str, str] = {"band": "generalise", "hierarchy": "generalise", "department": "truncate"}


def word_of(rule: Rule) -> Word:
    """How the rule is written."""
    return WORDS[_WORD_OF.get(rule.kind, rule.kind)]
