"""What IDGO keeps, whom it lets change it, and what it answers; HTTP aside."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from sandbox.idgo import forms
from sandbox.idgo.behind import Behind
from sandbox.idgo.forms import Form, Refused


@dataclass(frozen=True)
class Account:
    """``contribute`` and ``referent``: organisations in which it may write its own records, and all."""

    password: str
    contribute: tuple[str, ...]
    referent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """``fields`` in IDGO's words."""

    editor: str
    ckan_id: str
    fields: dict[str, Any]

    @property
    def slug(self) -> str:
        return str(self.fields["name"])


@dataclass(frozen=True)
class Resource:
    """``source``: which of the four, and its value."""

    id: str
    fields: dict[str, Any]
    source: tuple[str, str]


@dataclass
class Idgo:
    """``licences``: by its own slug, CKAN's. ``largest``: the biggest file taken, in bytes. ``takes_lists``:
    whether who may read can be given as a list, which 1.5.5 means to take and cannot."""

    behind: Behind
    accounts: dict[str, Account]
    licences: dict[str, str]
    url: str = ""
    largest: int = 100_000_000
    takes_lists: bool = False
    datasets: dict[str, Dataset] = field(default_factory=dict)
    resources: dict[str, list[Resource]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def may(self, login: str, dataset: Dataset) -> bool:
        """See and change it."""
        return dataset.editor == login or dataset.fields["organisation"] in self.accounts[login].referent

    def seen(self, login: str) -> list[Dataset]:
        return [dataset for dataset in self.datasets.values() if self.may(login, dataset)]

    def found(self, login: str, slug: str) -> Dataset:
        for dataset in self.seen(login):
            if dataset.slug == slug:
                return dataset
        raise Refused(404)

    # --- records --------------------------------------------------------------------------------------------

    def user(self, login: str, name: str) -> dict[str, Any]:
        if name != login:
            raise Refused(404)
        account = self.accounts[login]
        named = {
            key: [{"name": one, "legal_name": one} for one in organisations] or None
            for key, organisations in (("referent", account.referent), ("contribute", account.contribute))
        }
        return {"username": login, "admin": False, **named}

    def shown(self, dataset: Dataset) -> dict[str, Any]:
        fields = {
            name: value for name, value in dataset.fields.items() if name not in ("data_type", "published")
        }
        return {**fields, "type": dataset.fields["data_type"], "private": not dataset.fields["published"]}

    def save_dataset(self, login: str, form: Form, slug: str | None = None) -> Dataset:
        """A PUT to a record that the account does not see creates one: so does IDGO."""
        held = next((one for one in self.seen(login) if one.slug == slug), None) if slug else None
        fields = self._dataset_fields(login, form, held)
        served = self._served(held.slug) if held else False
        ckan_id = self.behind.record(held.ckan_id if held else None, self._ckan_record(fields, served=served))
        made = Dataset(held.editor if held else login, ckan_id, fields)
        if held:
            del self.datasets[held.slug]
        self.datasets[made.slug] = made
        self.resources[made.slug] = self.resources.pop(held.slug, []) if held else []
        return made

    def delete_dataset(self, login: str, slug: str) -> None:
        """For good."""
        dataset = self.found(login, slug)
        self.behind.purge(dataset.ckan_id)
        del self.datasets[slug], self.resources[slug]

    def _dataset_fields(self, login: str, form: Form, held: Dataset | None) -> dict[str, Any]:
        was = held.fields if held else {}
        errors: dict[str, list[str]] = {}
        title = form.last("title") or was.get("title", "")
        slug = form.last("name") or was.get("name") or _slugified(title)
        others = [one for one in self.datasets.values() if one != held]
        if not title:
            errors["title"] = ["Ce champ est obligatoire."]
        if any(one.fields["title"] == title for one in others):
            errors["title"] = [f'Le jeu de données "{title}" existe déjà']
        if not forms.SLUG.fullmatch(slug) or any(one.slug == slug for one in others):
            errors["slug"] = ["Ce slug n'est pas possible."]
        sent = form.all("keywords", "keyword")
        keywords = forms.keywords_of(sent) if sent else []
        if any(len(word) < 2 or not forms.KEYWORD.fullmatch(word) for word in keywords):
            errors["keywords"] = ["Ces mots-clés ne sont pas possibles."]
        errors.update(forms.contacts(form))
        categories, types = form.all("categories", "category"), form.all("types", "type", "data_type")
        fields = {
            "name": slug,
            "title": title,
            "description": form.last("description") or "",
            "keywords": keywords or was.get("keywords", []),
            "categories": self._known(categories, self.behind.groups(), was.get("categories", [])),
            "data_type": self._known(types, forms.DATA_TYPES, was.get("data_type", [])),
            "update_frequency": forms.choice(errors, form, "update_frequency", forms.FREQUENCIES, "unknown"),
            "geocover": forms.choice(errors, form, "geocover", forms.GEOCOVERS, ""),
            "granularity": forms.choice(errors, form, "granularity", forms.GRANULARITIES, ""),
            "organisation": self._organisation(errors, held.editor if held else login, form, was),
            "license": self._licence(errors, form, was),
            "published": forms.published(form),
            "owner_name": form.last("owner_name") or login,
            "owner_email": form.last("owner_email") or f"{login}@exemple.fr",
            "broadcaster_name": form.last("broadcaster_name") or "DataSud",
            "broadcaster_email": form.last("broadcaster_email") or "contact@exemple.fr",
            **{name: forms.day(errors, form, name) for name in _DAYS},
        }
        if errors:
            raise Refused(400, errors)
        return fields

    @staticmethod
    def _known(sent: list[str] | None, known: frozenset[str], was: list[str]) -> list[str]:
        """What is not known is dropped without a word; what is not sent stays."""
        return [word for word in sent if word in known] if sent else was

    def _organisation(
        self, errors: dict[str, list[str]], editor: str, form: Form, was: dict[str, Any]
    ) -> str:
        said = form.last("organisation") or was.get("organisation", "")
        if said and not self.behind.has_organisation(said):
            raise Refused(400, "Organisation matching query does not exist.")
        if said not in self.accounts[editor].contribute:
            errors["organisation"] = ["Sélectionnez un choix valide."]
        return str(said)

    def _licence(self, errors: dict[str, list[str]], form: Form, was: dict[str, Any]) -> str:
        said = form.last("license") or was.get("license", "")
        if not said:
            errors["license"] = ["Ce champ est obligatoire."]
        elif said not in self.licences:
            raise Refused(400, "License matching query does not exist.")
        return str(said)

    def _ckan_record(self, fields: dict[str, Any], *, served: bool = False) -> dict[str, Any]:
        """``served``: whether OGC services are open on its last resource."""
        licence = self.licences[fields["license"]]
        return {
            **{theirs: fields[ours] for theirs, ours in _RECORD.items()},
            "license_id": licence if licence in self.behind.licences() else "",
            "owner_org": fields["organisation"],
            "private": not fields["published"],
            "tags": [{"name": word} for word in fields["keywords"]],
            "groups": [{"name": word} for word in fields["categories"]],
            "ows": str(served),
            "url": "",
            "state": "active",
        }

    # --- resources ------------------------------------------------------------------------------------------

    def shown_resource(self, resource: Resource) -> dict[str, Any]:
        """Not who may read it; and of a referenced URL, not the URL."""
        kind, value = resource.source
        said = {
            "up_file": {"type": "uploaded", "filename": value},
            "dl_url": {"type": "downloaded", "url": value},
            "referenced_url": {"type": "referenced", "url": None},
            "ftp_file": {"type": "ftp", "filename": value},
        }[kind]
        slug = resource.fields["format"]
        return {
            "id": resource.id,
            "title": resource.fields["title"],
            "description": resource.fields["description"],
            "format": {"name": slug, "description": forms.FORMATS[slug]},
            "source": said,
            "type": resource.fields["data_type"],
        }

    def save_resource(self, login: str, slug: str, form: Form, identifier: str | None = None) -> Resource:
        dataset = self.datasets.get(slug)
        if dataset is None:
            raise Refused(404)
        if not self.may(login, dataset):
            raise Refused(403)
        held = self.resource(slug, identifier) if identifier else None
        made = self._resource(form, held)
        self.behind.resource(dataset.ckan_id, self._ckan_resource(made, dataset), form.files.get("up_file"))
        kept = [made if one.id == made.id else one for one in self.resources[slug]]
        self.resources[slug] = kept if held else [*kept, made]
        self._touched(dataset)
        return made

    def resource(self, slug: str, identifier: str) -> Resource:
        for one in self.resources.get(slug, []):
            if one.id == identifier:
                return one
        raise Refused(404)

    def delete_resource(self, login: str, slug: str, identifier: str) -> None:
        dataset, gone = self.found(login, slug), self.resource(slug, identifier)
        self.behind.remove(gone.id)
        self.resources[slug].remove(gone)
        self._touched(dataset)

    def _touched(self, dataset: Dataset) -> None:
        """Whatever is written of a resource, the record is dated from today."""
        fields = {**dataset.fields, "date_modification": forms.today()}
        served = self._served(dataset.slug)
        if fields == dataset.fields and not served:
            # IDGO writes it again all the same: it changes nothing, and costs a second.
            return
        self.behind.record(dataset.ckan_id, self._ckan_record(fields, served=served))
        self.datasets[dataset.slug] = replace(dataset, fields=fields)

    def _served(self, slug: str) -> bool:
        held = self.resources.get(slug)
        return bool(held and held[-1].fields["ogc_services"])

    def _resource(self, form: Form, held: Resource | None) -> Resource:
        was = held.fields if held else {}
        errors: dict[str, list[str]] = {}
        kind = form.last("format_type", "format")
        if kind and kind not in forms.FORMATS:
            raise Refused(400, "ResourceFormats matching query does not exist.")
        fields = {
            "title": form.last("title") or was.get("title", ""),
            "description": form.last("description") or "",
            "lang": form.last("language", "lang") or was.get("lang", ""),
            "data_type": form.last("data_type", "type") or was.get("data_type", ""),
            "format": kind or "",
            "restricted_level": form.last("restricted_level") or was.get("restricted_level", "public"),
            "restricted_list": [one for one in form.all("restricted_list") or [] if one],
            **forms.services(form, kind, created=held is None),
        }
        known = {"lang": forms.LANGUAGES, "data_type": set(forms.CONTENTS), "restricted_level": forms.LEVELS}
        errors.update(
            {name: ["Ce champ est obligatoire."] for name in ("title", "format") if not fields[name]}
        )
        errors.update(
            {name: ["Choix invalide."] for name, words in known.items() if fields[name] not in words}
        )
        if not self.takes_lists and (lists := _LISTS.get(str(fields["restricted_level"]))):
            # api/views/resource.py puts a list of keys where the form expects keys: Django says no to it.
            errors[lists] = ["Saisissez une liste de valeurs."]
        upload = form.files.get("up_file")
        if upload and len(upload.data) > self.largest:
            errors["up_file"] = ["Le fichier dépasse la limite de taille autorisée."]
        source = forms.source(errors, form, held.source if held else None)
        if errors or source is None:
            raise Refused(400, errors)
        return Resource(held.id if held else str(uuid4()), fields, source)

    def _ckan_resource(self, resource: Resource, dataset: Dataset) -> dict[str, Any]:
        fields, (kind, value) = resource.fields, resource.source
        content = forms.CONTENTS[fields["data_type"]]
        return {
            "id": resource.id,
            "name": fields["title"],
            "description": fields["description"],
            "data_type": fields["data_type"],
            "format": forms.FORMATS[fields["format"]],
            "lang": fields["lang"],
            "restricted": json.dumps(self._restricted(fields, dataset)),
            "restricted_by_jurisdiction": "False",
            "extracting_service": str(fields["extractable"]),
            "resource_type": content or ("file" if kind == "referenced_url" else "file.upload"),
            "url": value if kind == "referenced_url" else "",
        }

    def _restricted(self, fields: dict[str, Any], dataset: Dataset) -> dict[str, Any]:
        level = fields["restricted_level"]
        if level == "only_idgo_partners":
            return {"level": "only_group_member", "allowed_groups": ["idgo-partner"]}
        if level in ("public", "registered"):
            return {"level": level}
        users = [name for name in fields["restricted_list"] if name in self.accounts]
        if level != "only_allowed_users":
            own = level == "same_organization"
            named = [dataset.fields["organisation"]] if own else fields["restricted_list"]
            users = [name for name, one in self.accounts.items() if set(named) & set(one.contribute)]
        return {"level": "only_allowed_users", "allowed_users": ",".join(users)}


_LISTS = {
    "only_allowed_users": "profiles_allowed",
    "same_organization": "organisations_allowed",
    "any_organization": "organisations_allowed",
}
_DAYS = ("date_creation", "date_modification", "date_publication")
_RECORD = {
    "name": "name",
    "title": "title",
    "notes": "description",
    "author": "owner_name",
    "author_email": "owner_email",
    "maintainer": "broadcaster_name",
    "maintainer_email": "broadcaster_email",
    "datatype": "data_type",
    "frequency": "update_frequency",
    "geocover": "geocover",
    "granularity": "granularity",
    "dataset_creation_date": "date_creation",
    "dataset_modification_date": "date_modification",
    "dataset_publication_date": "date_publication",
}


def _slugified(title: str) -> str:
    return "-".join(part for part in "".join(c if c.isalnum() else " " for c in title.lower()).split())[:100]
