"""How to verify an archive of evidence without Aqueduc: a text in French that goes with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from aqueduc.declaration.spec import City
from aqueduc.findings import format_french_count

_GUIDE = """{city}
Ce qui était en ligne du {first} au {last}

{datasets}
CE QUE CONTIENT CETTE ARCHIVE

en-ligne.json            les révisions en ligne entre ces deux jours (heures UTC), et les fichiers que les plateformes
                         servaient, par leur empreinte SHA-256 (d'un lien, celle de ce qui y a été relu). « end » : quand
                         la révision a été remplacée, cachée ou retirée du public (« ending » : replaced, hidden,
                         withdrawn) ; d'une révision remplacée ou cachée, avant ces jours aussi, les fichiers ont pu se
                         lire encore à leur propre adresse (cachée : jusqu'à « removed », si son retrait a été vérifié).
                         « noticed » : quand une vérification l'a trouvée cachée ou absente (« absent »), sans que la Ville
                         l'ait retirée ; « end » est alors la dernière fois où elle a été vue en ligne. « sighted » : ce que
                         les vérifications ont trouvé servi autrement que certifié
depot/datasets/JEU/ledger/
                         le registre entier de chaque jeu : une entrée par fichier .json ; un certificat dit ce qui a été
                         fait, relu et servi ; la page .html dit la même chose pour être lue{signatures}
depot/datasets/JEU/requests/
                         ce qui a été montré à qui a accordé ou refusé ; chaque fichier est nommé de son empreinte, que
                         cite l'entrée de la décision (« shown », « request »)
depot/datasets/_convention/
                         le registre de la Ville : toutes les réclamations et tous les incidents, avec leurs heures ; c'est
                         une seule chaîne, d'où ceux d'autres jeux
depot/datasets/JEU/      heads/ (la dernière entrée), current.json (ce qui est publié), et les décisions en vigueur le
                         jour de l'extraction (accord, retrait)
depot/declarations/      le texte des déclarations que citent les certificats (« declaration » : leur empreinte)
include/city.yaml        la Ville, le jour de l'extraction
SHA256SUMS               l'empreinte de chaque fichier de cette archive

Aucun fichier publié n'est dans cette archive (de ce qu'il contenait, les textes montrés à qui a accordé ont les dates
extrêmes et l'emprise) : un fichier téléchargé à l'époque se reconnaît à son empreinte.

VÉRIFIER SANS AQUEDUC

1. Aucun fichier n'a été modifié depuis l'extraction :

    sha256sum -c SHA256SUMS

2. Le registre est entier : le champ « previous » de chaque entrée porte l'empreinte (sha256) du fichier de l'entrée
   d'avant, et le fichier de heads/ (head.json, d'un ancien registre) celle de la dernière. Empreinte d'une entrée :

    sha256sum depot/datasets/JEU/ledger/ENTREE.json
{openssl}
VÉRIFIER AVEC AQUEDUC, SANS RÉSEAU

    AQUEDUC_STORE=file://$PWD/depot AQUEDUC_VAULT=file:///tmp/coffre-vide AQUEDUC_INCLUDE=$PWD/include aqueduc verify
    … aqueduc verify --file FICHIER      le certificat qui connaît un fichier téléchargé
    … aqueduc history JEU --on JOUR      ce qui était en ligne ce jour-là
{compare}"""
_COMPARE = """
Comparer cles/ avec les clés que la Ville publie : une archive entière, refaite avec une autre clé, serait cohérente.
"""
_OPENSSL = """
3. La Ville a signé : chaque ENTREE.dsse (le nom de l'entrée, et le début de son empreinte) est une enveloppe DSSE dont
   la charge, en base64, nomme l'entrée et son empreinte. Pour ENTREE.dsse, et de même pour SHA256SUMS.dsse :

    python3 -c 'import base64, json, sys; e = json.load(open(sys.argv[1])); b = base64.b64decode(e["payload"])
    t = e["payloadType"].encode(); open("signe", "wb").write(b"DSSEv1 %d %b %d %b" % (len(t), t, len(b), b))
    open("sig", "wb").write(base64.b64decode(e["signatures"][0]["sig"])); print(b.decode())' ENTREE.dsse
    openssl pkeyutl -verify -pubin -inkey cles/CLE.pem -rawin -in signe -sigfile sig

   L'empreinte affichée sous « subject » doit être celle de l'étape 2. Avec cosign, pour une entrée ou pour un fichier
   téléchargé :

    cosign verify-blob-attestation --key cles/CLE.pem --signature ENTREE.dsse --type urn:aqueduc:ledger-entry:1 \\
      --insecure-ignore-tlog --private-infrastructure FICHIER
"""
_UNSIGNED = """
3. La Ville ne signait pas son registre : rien d'autre ne prouve qu'il n'a pas été refait en entier.
"""


def render_evidence_guide(
    city: City, online: Sequence[Mapping[str, Any]], days: tuple[str, str], *, signed: bool
) -> str:
    """The text; ``online``: what ``en-ligne.json`` says of each dataset, between the two ``days``."""
    return _GUIDE.format(
        city=city.name,
        first=days[0],
        last=days[1],
        datasets="".join(f"{_describe_dataset_evidence(one)}\n" for one in online),
        signatures=" ; .dsse, sa signature" if signed else "",
        openssl=_OPENSSL if signed else _UNSIGNED,
        compare=_COMPARE if signed else "",
    )


def _describe_dataset_evidence(one: Mapping[str, Any]) -> str:
    periods, revisions = len(one["periods"]), len({period["revision"] for period in one["periods"]})
    said = (
        f"{format_french_count(revisions, 'révision', 'révisions')} en ligne, en "
        f"{format_french_count(periods, 'période', 'périodes')}"
        if periods
        else "rien n'était en ligne"
    )
    broken = "" if one["ledger_holds"] else " — ATTENTION : son registre est rompu et ne prouve plus rien"
    return f"- {one['dataset']} : {said}{broken}"
