"""The PostgreSQL that runs when no `PARS_DATABASE_URL` is given."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.embedded.cluster import Cluster
from app.embedded.errors import EmbeddedPostgresError
from app.embedded.keeper import Keeper
from app.settings import Settings

__all__ = ["EmbeddedPostgresError", "running"]


@contextmanager
def running(settings: Settings, *, durable: bool = True) -> Iterator[str]:
    """Keep a PostgreSQL running in the data folder; yield the address of its database.

    Only tests ask for one that is not durable.
    """
    cluster = Cluster(settings.data_dir)
    try:
        cluster.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        cluster.lock.touch(mode=0o600)
    except OSError as error:
        message = f"PARS_DATA_DIR={cluster.root} cannot be written ({error.strerror})"
        raise EmbeddedPostgresError(message) from error
    with Keeper(cluster, durable=durable):
        yield cluster.url()
