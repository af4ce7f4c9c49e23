"""Versions in an S3-compatible store, for several machines: pushed by who trains, pulled by all.

A version is in the store when its manifest is: that goes up last and comes away first, so nobody
ever sees half of one. What comes down is hashed in full before it gets its name on the disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from omakase.artifacts.folder import whole
from omakase.artifacts.manifest import FILE, read_manifest, require_name
from omakase.artifacts.versions import damaged_files
from omakase.errors import ArtifactError, CapabilityError, ConfigError, StoreError, UnknownName

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 60
TRIES: Final = 3
MOST_DELETED: Final = 1000
"""Objects in one request, by the protocol."""


@dataclass(frozen=True)
class ObjectStore:
    """A place for versions in a bucket.

    Keys and the region are found as every client of S3 finds them: the environment, a profile, the
    machine's role.

    Attributes:
        url: "s3://bucket/prefix".
        endpoint: "http://host:9000" of a store that is not Amazon's; empty: Amazon's.
    """

    url: str
    endpoint: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "s3" or not parts.netloc:
            raise ConfigError(f"{self.url!r} is no place in a store: write s3://bucket/prefix")

    @property
    def bucket(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def prefix(self) -> str:
        """What every key begins with: empty, or with a slash at its end."""
        path = urlsplit(self.url).path.strip("/")
        return f"{path}/" if path else ""

    def push(self, folder: Path) -> int:
        """Send a version that lies in a folder; how many bytes.

        Raises:
            StoreError: the store cannot be reached or refuses.
            ArtifactError: there is no whole version in the folder.
        """
        read_manifest(folder, "version")
        last = folder / FILE
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path != last]
        with self._reached("sent"):
            for path in (*paths, last):
                self._client.upload_file(str(path), self.bucket, self._key(folder, path))
        return sum(path.stat().st_size for path in (*paths, last))

    def pull(self, name: str, folder: Path) -> None:
        """Fetch a version into a folder that is not there yet.

        Raises:
            UnknownName: there is none of that name in the store.
            StoreError: the store cannot be reached or refuses.
            ArtifactError: what came is damaged, or cannot be written.
        """
        require_name(name)
        with self._reached("fetched"):
            keys = list(self._keys(f"{self.prefix}{name}/"))
        inside = [key.removeprefix(f"{self.prefix}{name}/") for key in keys]
        if FILE not in inside:
            raise UnknownName("version", name, self.names())
        with whole(folder) as making:
            for key, path in zip(keys, inside, strict=True):
                target = (making / path).resolve()
                if not target.is_relative_to(making.resolve()):
                    raise ArtifactError(f"{self.url}: {path!r} is no path within a version")
                target.parent.mkdir(parents=True, exist_ok=True)
                with self._reached("fetched"):
                    self._client.download_file(self.bucket, key, str(target))
            if wrong := damaged_files(making):
                raise ArtifactError(f"{self.url}: {'; '.join(wrong)}")

    def names(self) -> tuple[str, ...]:
        """Every version in the store that is whole.

        Raises:
            StoreError: the store cannot be reached or refuses.
        """
        with self._reached("listed"):
            paths = [key.removeprefix(self.prefix) for key in self._keys(self.prefix)]
        ends = (path.partition("/") for path in paths)
        return tuple(sorted(name for name, _, rest in ends if rest == FILE))

    def delete(self, name: str) -> None:
        """Remove a version; nothing where there is none. Its manifest goes first.

        Raises:
            StoreError: the store cannot be reached or refuses.
        """
        require_name(name)
        first = f"{self.prefix}{name}/{FILE}"
        with self._reached("deleted"):
            self._client.delete_object(Bucket=self.bucket, Key=first)
            keys = [key for key in self._keys(f"{self.prefix}{name}/") if key != first]
            for start in range(0, len(keys), MOST_DELETED):
                chosen = [{"Key": key} for key in keys[start : start + MOST_DELETED]]
                self._client.delete_objects(Bucket=self.bucket, Delete={"Objects": chosen})

    @cached_property
    def _client(self) -> Any:
        try:
            import boto3
            from botocore.config import Config
        except ModuleNotFoundError as error:
            raise CapabilityError(
                "versions in an S3-compatible store need boto3, which is not installed: "
                "pip install 'omakase-recsys[s3]'"
            ) from error
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"max_attempts": TRIES, "mode": "standard"},
        )
        return boto3.client("s3", endpoint_url=self.endpoint or None, config=config)

    def _key(self, folder: Path, path: Path) -> str:
        return f"{self.prefix}{folder.name}/{path.relative_to(folder).as_posix()}"

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        for page in pages:
            yield from (entry["Key"] for entry in page.get("Contents", ()))

    @contextmanager
    def _reached(self, what: str) -> Iterator[None]:
        """Errors of the client in our words."""
        self._client  # noqa: B018  says in plain words that the package is missing
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (BotoCoreError, ClientError, Boto3Error) as error:
            raise StoreError(f"{self.url}: nothing could be {what} ({error})") from error
