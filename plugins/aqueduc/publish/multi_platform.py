"""One dataset on several platforms: each for itself, and one report of all."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aqueduc.errors import ConnectionMissing, InvalidConnectionSettings, PlatformError, StoreError
from aqueduc.language import Message, _, format_labelled_text, join_messages, parse_message, quote_text
from aqueduc.publish.report import PublishReport
from aqueduc.reports import ReportedFinding

log = logging.getLogger(__name__)

Failure = PlatformError | ConnectionMissing | InvalidConnectionSettings | StoreError


@dataclass(frozen=True)
class PlatformOutcomes:
    """The outcomes of a publication on several platforms. ``done`` and ``failed`` in the order of the
    declaration, by the names of the platforms."""

    done: tuple[PublishReport, ...]
    failed: tuple[tuple[str, Failure], ...]

    def merge_reports(self, draft: PublishReport) -> PublishReport:
        """The first platform's, with the others' beside it; it only passed if all did."""
        failed = tuple({"platform": name, "code": error.code} for name, error in self.failed)
        if not self.done:
            return replace(draft, platform=self.failed[0][0], failed=failed)
        first, *others = self.done
        if not others and not failed:
            return first
        return replace(
            first,
            passed=not failed,
            writes=tuple(f"{one.platform} : {write}" for one in self.done for write in one.writes),
            findings=tuple(
                _prefix_finding_with_platform_name(one.platform, finding)
                for one in self.done
                for finding in one.findings
            ),
            waivers=tuple(waiver for one in self.done for waiver in one.waivers),
            nothing_new=all(one.nothing_new for one in self.done) and not failed,
            elsewhere=tuple(others),
            failed=failed,
            at=max(one.at for one in self.done),
        )

    def raise_failures(self) -> None:
        """Raises the error of the platform that failed, if one did: of several, one that may be tried again
        before one that may not, naming all."""
        if not self.failed:
            return
        name, error = next((pair for pair in self.failed if pair[1].retryable), self.failed[0])
        if len(self.failed) == 1 and not self.done:
            raise error
        failed = [(name, error), *(pair for pair in self.failed if pair[0] != name)]
        said = [Message("{} ({})").format(other.what, quote_text(who)) for who, other in failed]
        if self.done:
            said.append(
                _(
                    "La publication est faite sur {names} ; rien n'est certifié tant qu'elle n'est pas "
                    "partout."
                ).format(names=join_messages(quote_text(one.platform) for one in self.done))
            )
        raise error.copy_with_sentence(join_messages(said, " "))


def _prefix_finding_with_platform_name(platform: str, finding: ReportedFinding) -> ReportedFinding:
    """The finding, its platform before it, in whatever language it is read later."""
    message = format_labelled_text(
        quote_text(platform), parse_message(finding.texts.get("message", finding.message))
    )
    return replace(finding, message=str(message), texts={**finding.texts, "message": message.to_json()})


def publish_on_each_platform(names: Sequence[str], one: Callable[[str], PublishReport]) -> PlatformOutcomes:
    """Publishes on each platform in turn. What is wrong with the dataset itself (a gate, its source) is raised
    at once: it would be wrong everywhere."""
    done: list[PublishReport] = []
    failed: list[tuple[str, Failure]] = []
    for name in names:
        try:
            done.append(one(name))
        except (PlatformError, ConnectionMissing, InvalidConnectionSettings, StoreError) as error:
            if len(names) == 1 and isinstance(error, StoreError):
                # Nothing else was tried, and its report could not be written either.
                raise
            if len(names) > 1:
                log.warning("%s", format_labelled_text(name, error.what))
            failed.append((name, error))
    return PlatformOutcomes(tuple(done), tuple(failed))
