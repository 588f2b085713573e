"""The short form of `make faults`: every kind of fault once, and every promise kept."""

from math import isfinite
from pathlib import Path

from tests.databases import copy_of
from tests.faults.faults import (
    Scene,
    backends_terminated,
    clients_vanish,
    replies_cut,
    serving_process_killed,
    table_locked,
    transactions_held_up,
)
from tests.faults.proxy import proxying
from tests.faults.scenarios import Scenario, play
from tests.faults.stages import WITHOUT_QUOTAS
from tests.serving import serving


async def one_after_the_other(scene: Scene) -> None:
    await backends_terminated(scene)
    await replies_cut(scene)
    await serving_process_killed(scene)
    await clients_vanish(scene)
    await transactions_held_up(scene)
    await table_locked(scene)


async def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    server_url: str, worker_id: str, tmp_path: Path
) -> None:
    scenario = Scenario("all at once", one_after_the_other, strikes=1, pause=0.3)
    settings = {**WITHOUT_QUOTAS, "PARS_WORKERS": "2", "PARS_POOL_SIZE": "3"}
    async with copy_of(server_url, "pars", f"faults_{worker_id}") as url:
        with serving(url, tmp_path, **settings) as server:
            async with proxying([server.port]) as proxy:
                outcome = await play(
                    scenario,
                    server,
                    proxy,
                    url,
                    tmp_path,
                    clients=8,
                    seconds_of_a_lock=0.4,
                )
    assert outcome.broken == []
    # How fast depends on what else the machine does; `make faults` measures it.
    assert isfinite(outcome.recovered_in)
    assert outcome.acknowledged > 100
    assert proxy.cut > 0
