"""Every setting: its default, its unit, its bounds, and why one would change it.

This is the one source of `config init`'s aggregator.toml (see `template`), of the checks that
`load` makes, and of what `config show` lists. A key is here because a component obeys it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from aggregator.settings.values import (
    ClockTime,
    DatabaseUrl,
    Duration,
    Listed,
    MailAddress,
    Network,
    Zone,
    at_least,
    is_loopback,
)


def _setting(default: Any, why: str, *, unit: str = "", secret: bool = False, **bounds: Any) -> Any:
    extra: JsonDict = {"unit": unit, "secret": secret}
    return Field(default=default, description=why, json_schema_extra=extra, **bounds)


class Section(BaseModel):
    """A table of aggregator.toml; its docstring is the comment above it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class DatabaseSettings(Section):
    """Where everything is kept."""

    url: DatabaseUrl = _setting(
        "",
        "Empty: an SQLite file in your user data folder (`aggregator config show` names it). "
        "An SQLite path counts from this folder: sqlite:///news.db. For several machines: "
        "postgresql://user@host/name. The variable AGGREGATOR_DATABASE_URL beats this.",
    )
    keep: Annotated[Duration, at_least(timedelta(0))] = _setting(
        timedelta(0),
        "Articles fetched longer ago are taken out. 0: never. Starred stories and articles you "
        "corrected always stay.",
        unit="duration",
    )
    keep_articles: int = _setting(
        0, "So many articles are kept, the newest. 0: all.", unit="articles", ge=0
    )
    keep_per_feed: int = _setting(
        0, "So many articles of each feed are kept, the newest. 0: all.", unit="articles", ge=0
    )
    max_size: int = _setting(
        0, "The oldest articles are taken out to stay below. 0: no bound.", unit="MB", ge=0
    )
    backup_folder: str = _setting(
        "",
        "A backup is written here each day; `aggregator db restore` takes it. Empty: none. A "
        "relative path counts from this folder.",
    )
    backups: int = _setting(7, "So many backups are kept, the newest.", unit="files", ge=1)
    upkeep_at: ClockTime = _setting(
        "03:30",
        "When the backup is made and old articles are taken out, in the digest's zone.",
        unit="time of day",
    )


class FetchSettings(Section):
    """How servers are spoken to."""

    allow_private_networks: Annotated[tuple[Network, ...], Listed] = _setting(
        (),
        "Feeds on your own network are refused unless their block is named here, as in "
        '["192.168.0.0/16"]; a feed could otherwise make this machine call your router.',
        unit="CIDR blocks",
    )
    timeout: Annotated[Duration, at_least(timedelta(seconds=1))] = _setting(
        timedelta(seconds=30),
        "The longest one request may take, redirects and body included. Raise it on a slow line.",
        unit="duration",
    )
    max_body: int = _setting(
        15,
        "Larger documents are refused. Raise it for a feed of many megabytes.",
        unit="MiB",
        ge=1,
        le=1024,
    )
    concurrency: int = _setting(
        32,
        "Requests under way at once, all hosts together. Lower it on a small line.",
        unit="requests",
        ge=1,
        le=1000,
    )
    per_host: int = _setting(
        1,
        "Connections to one host at once. More than 1 is rude to most hosts.",
        unit="connections",
        ge=1,
        le=16,
    )
    by_domain: bool = _setting(
        False,
        "Count all hosts of one registrable domain as one host (a.example.com, b.example.com). "
        "Turn it on where a hoster of many blogs answers that it is asked too often.",
    )
    contact: str = _setting(
        "",
        "A page or mail address of yours for the owners of feeds, sent in the User-Agent; they "
        "write to it before they block you. Empty: none is sent.",
    )
    proxy: str = _setting(
        "",
        "Send every request through this HTTP proxy, as in http://proxy.example:3128.",
        secret=True,
    )


class PollSettings(Section):
    """How documents are read. When a feed is asked, its rhythm and its server decide."""

    max_entries: int = _setting(
        2000,
        "Entries read of one document, newest first. Raise it to take in whole archives.",
        unit="entries",
        ge=1,
        le=1_000_000,
    )
    here: bool = _setting(
        True,
        "Whether `aggregator serve` polls feeds itself. On PostgreSQL, false leaves all polls to "
        "`aggregator worker` processes; on SQLite it always polls.",
    )
    parsers: int = _setting(
        2,
        "Worker processes that read documents. Raise it for thousands of feeds.",
        unit="processes",
        ge=1,
        le=64,
    )


class ClusterSettings(Section):
    """How articles become stories."""

    window: Annotated[Duration, at_least(timedelta(hours=1))] = _setting(
        timedelta(days=6),
        "A story takes in articles as long as its last one is no older than this. Raise it where "
        "stories go on for weeks; memory grows with it.",
        unit="duration",
    )


class DigestSettings(Section):
    """What the digest shows when the command line does not say."""

    since: Annotated[Duration, at_least(timedelta(minutes=1))] = _setting(
        timedelta(hours=24), "The span a digest covers, back from now.", unit="duration"
    )
    limit: int = _setting(
        50, "Stories in one digest, the most important first.", unit="stories", ge=1, le=10_000
    )
    timezone: Zone = _setting(
        "UTC", "The zone that times are shown in, as in Europe/Berlin.", unit="IANA zone name"
    )


class WebSettings(Section):
    """The page and the API that `aggregator serve` offers."""

    host: str = _setting(
        "127.0.0.1",
        "The address to listen on. Anything but loopback needs a password or a trusted proxy.",
    )
    port: int = _setting(8080, "The port to listen on.", ge=0, le=65_535)
    path: str = _setting(
        "",
        "The path the site lives under behind a proxy, as in /news.",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
    )
    hosts: Annotated[tuple[str, ...], Listed] = _setting(
        (),
        'Host names the site is called by, as in ["news.example.org"]; loopback names always are.',
        unit="host names",
    )
    public_url: str = _setting(
        "",
        "Where the world reaches the site, as in https://news.example.org; feeds that offer "
        "WebSub then tell this service at once what is new. Empty: feeds are only polled.",
        pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$",
    )
    password_hash: str = _setting(
        "",
        "The hash of the reader's password, as `aggregator config password` prints it.",
        secret=True,
    )
    trusted_header: str = _setting(
        "", "A header that your proxy sets for people it has let in, as in X-Remote-User."
    )

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if not is_loopback(self.host) and not (self.password_hash or self.trusted_header):
            raise ValueError(
                f"host {self.host} lets other machines in, so a password_hash "
                "(`aggregator config password` makes one) or a trusted_header must be set"
            )
        return self


class MailSettings(Section):
    """The digest by e-mail."""

    host: str = _setting("", "The mail server. Empty: no mail is sent.")
    port: int = _setting(587, "The mail server's port.", ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = _setting(
        "starttls", "How the connection is secured: starttls, tls or none."
    )
    user: str = _setting("", "The account at the mail server. Empty: no login.")
    password: str = _setting(
        "",
        "Its password; better named by the variable AGGREGATOR_MAIL__PASSWORD_FILE.",
        secret=True,
    )
    sender: MailAddress | Literal[""] = _setting("", "The address mails come from.")
    recipients: Annotated[tuple[MailAddress, ...], Listed] = _setting(
        (), "Who gets the digest.", unit="mail addresses"
    )
    at: Annotated[tuple[ClockTime, ...], Listed] = _setting(
        ("07:00",),
        "When the service sends it, in the digest's zone. Empty: only `aggregator send` does.",
        unit="times of day",
    )

    @model_validator(mode="after")
    def _addressed(self) -> Self:
        if self.host and not (self.sender and self.recipients):
            missing = "recipients" if self.sender else "sender"
            raise ValueError(f"a mail needs {missing}")
        if self.user and self.security == "none" and not is_loopback(self.host):
            raise ValueError("security is none: the password would cross the network in the clear")
        return self


class LogSettings(Section):
    """What the service writes to standard error."""

    level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "The least important line that is still written: debug, info, warning or error."
    )
    format: Literal["text", "json"] = _setting("text", "text for people, json for a log collector.")


class Settings(BaseModel):
    """All of aggregator.toml. ``database.url`` is absolute and never empty once loaded."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    database: DatabaseSettings = DatabaseSettings()
    fetch: FetchSettings = FetchSettings()
    poll: PollSettings = PollSettings()
    cluster: ClusterSettings = ClusterSettings()
    digest: DigestSettings = DigestSettings()
    web: WebSettings = WebSettings()
    mail: MailSettings = MailSettings()
    log: LogSettings = LogSettings()


def sections() -> dict[str, type[Section]]:
    """Section name → its model, in the order of the file."""
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    }


def is_secret(section: str, key: str) -> bool:
    """Whether a setting's value is kept out of logs and of `config show`."""
    extra = sections()[section].model_fields[key].json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("secret"))
