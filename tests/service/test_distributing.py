"""The schema can be distributed by provider, and `pars db distribute` does it.

There is no Citus where these tests run. The rules that it asks of a schema are held over the
catalogue; the statements are carried out on stand-ins of the functions that they call.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from app.distribution import DISTRIBUTED, LOCAL, REFERENCE, LookingPolicy, plan
from tests.databases import Superuser, copy_of, superuser_of
from tests.service.test_commands import Pars, pars

__all__ = ["pars"]

LONGEST_NAME = 52
KEYS = """
SELECT c.relname AS table, i.relname AS key, x.indisprimary AS primary,
       a.attname AS first
FROM pg_index x
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
WHERE x.indisunique AND c.relnamespace = 'public'::regnamespace
"""
FOREIGN_KEYS = """
SELECT k.conname AS name, c.relname AS table, r.relname AS refers_to, k.confdeltype AS when_deleted,
       (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = k.conkey[1]) AS first,
       (SELECT attname FROM pg_attribute WHERE attrelid = r.oid AND attnum = k.confkey[1]) AS theirs
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace
"""
STAND_IN = """
CREATE TABLE pg_dist_partition (logicalrelid regclass);
CREATE TABLE calls (number serial, said text);
CREATE FUNCTION create_reference_table(name text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO calls (said) VALUES ('reference ' || name);
    INSERT INTO pg_dist_partition VALUES (name::regclass);
$$;
CREATE FUNCTION create_distributed_table(name text, by text, colocate_with text DEFAULT 'default')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_policies WHERE tablename = name AND qual ~ 'SELECT') THEN
        RAISE 'Subqueries are not supported in policies on distributed tables';
    END IF;
    INSERT INTO calls (said) VALUES (concat_ws(' ', name, 'by', by, 'with', colocate_with));
    INSERT INTO pg_dist_partition VALUES (name::regclass);
END $$;
CREATE FUNCTION run_command_on_colocated_placements(one text, other text, command text)
RETURNS TABLE (success boolean, result text) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO calls (said) VALUES ('on parts of ' || one);
    EXECUTE format(command, 'public.' || one, 'public.' || other);
    RETURN QUERY SELECT true, 'DO';
END $$;
SET allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
VALUES (99999, 'citus', 10, 2200, false, '13');
"""
POLICIES = "SELECT tablename, policyname, roles, cmd, qual FROM pg_policies ORDER BY 1, 2"


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[Superuser]:
    async with superuser_of(database_url) as superuser:
        yield superuser


async def test_every_table_is_placed_in_one_way(owner: Superuser) -> None:
    tables = await owner.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = 'public'::regnamespace"
    )
    placed = [*REFERENCE, *DISTRIBUTED, *LOCAL]
    assert sorted(placed) == sorted(row["relname"] for row in tables)
    with_provider = await owner.fetch(
        "SELECT attrelid::regclass::text AS name FROM pg_attribute WHERE attname = 'provider_id'"
        " AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r')"
    )
    assert {row["name"] for row in with_provider} == set(DISTRIBUTED)


async def test_every_key_of_a_providers_table_begins_with_the_provider(owner: Superuser) -> None:
    keys = [row for row in await owner.fetch(KEYS) if row["table"] in DISTRIBUTED]
    assert {row["table"] for row in keys if row["primary"]} == set(DISTRIBUTED)
    assert [row["key"] for row in keys if row["first"] != "provider_id"] == []


async def test_no_foreign_key_crosses_where_citus_has_none(owner: Superuser) -> None:
    keys = await owner.fetch(FOREIGN_KEYS)
    assert len(keys) > 10
    for key in keys:
        assert key["when_deleted"] not in (b"n", b"d"), f"{key['name']} sets columns"
        if key["refers_to"] in DISTRIBUTED:
            assert key["table"] in DISTRIBUTED, f"{key['name']} leads to a distributed table"
            assert key["first"] == key["theirs"] == "provider_id", key["name"]
        elif key["table"] in DISTRIBUTED:
            assert key["refers_to"] in REFERENCE, f"{key['name']} leads to a local table"


async def test_what_others_refer_to_is_placed_first(owner: Superuser) -> None:
    order = [*REFERENCE, *DISTRIBUTED]
    for key in await owner.fetch(FOREIGN_KEYS):
        if key["table"] in order:
            assert order.index(key["refers_to"]) < order.index(key["table"]), key["name"]


async def test_names_leave_room_for_the_number_of_a_part(owner: Superuser) -> None:
    names = await owner.fetch(
        "SELECT conname AS name FROM pg_constraint UNION SELECT relname FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace"
    )
    assert [row["name"] for row in names if len(row["name"].encode()) > LONGEST_NAME] == []


async def test_a_policy_looks_only_into_what_lies_beside_its_row(owner: Superuser) -> None:
    for row in await owner.fetch("SELECT * FROM pg_policies WHERE qual ~ 'SELECT'"):
        if row["tablename"] == "credential_history":
            # It is not moved, nor is what it looks into.
            assert {"credential_history", "credentials"} <= set(LOCAL)
            continue
        assert row["tablename"] in DISTRIBUTED
        assert row["with_check"] is None
        assert row["permissive"] == "PERMISSIVE"
        assert f".provider_id = {row['tablename']}.provider_id" in row["qual"]


def test_without_citus_it_refuses_in_one_line_and_shows_what_it_would_do(pars: Pars) -> None:
    refused = pars("db", "distribute")
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)
    assert refused.err.startswith("This database has no Citus.")
    shown = pars("db", "distribute", "--dry-run")
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0] == "BEGIN;"
    assert "SELECT create_reference_table('accreditors');" in lines
    first = lines.index("SELECT create_distributed_table('providers', 'provider_id');")
    (activities,) = (place for place, line in enumerate(lines) if "_table('activities', " in line)
    assert lines[activities].endswith(", 'provider_id', colocate_with => 'providers');")
    assert first < activities < lines.index("COMMIT;")


def test_what_is_placed_already_is_left_where_it_is() -> None:
    policy = LookingPolicy(
        "contacts",
        "seen",
        ["one", "two"],
        "SELECT",
        "(EXISTS ( SELECT\n FROM providers p\n WHERE (p.provider_id = contacts.provider_id)))",
    )
    left = plan("pars", {*REFERENCE, *DISTRIBUTED} - {"imports"}, [policy])
    (move,) = [one for one in left.transaction if "create_" in one]
    assert move == (
        "SELECT create_distributed_table('imports', 'provider_id', colocate_with => 'providers')"
    )
    assert not [one for one in left.transaction if "POLICY" in one]
    # Parts that were moved to another node have lost it.
    (again,) = left.afterwards
    assert "CREATE POLICY seen ON %1$s FOR SELECT TO one, two USING" in again
    assert "FROM %2$s p\n WHERE (p.provider_id = %1$s.provider_id)" in again


class StandIn:
    """A database of its own, with functions of the names of those of Citus."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self.url = url
        self._runner = runner

    def fetch(self, statement: str) -> list[tuple[Any, ...]]:
        async def fetch() -> list[tuple[Any, ...]]:
            async with superuser_of(self.url) as superuser:
                return [tuple(row) for row in await superuser.fetch(statement)]

        return self._runner.run(fetch())

    def execute(self, script: str) -> None:
        async def execute() -> None:
            async with superuser_of(self.url) as superuser:
                await superuser.execute(script)

        self._runner.run(execute())

    def calls(self) -> list[str]:
        """Return what was called, and forget it."""
        return [said for (said,) in self.fetch("DELETE FROM calls RETURNING said")]


@pytest.fixture
def stand_in(server_url: str, worker_id: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with asyncio.Runner() as runner:
        copying = copy_of(server_url, "pars", f"distributed_{worker_id}")
        made = StandIn(runner.run(copying.__aenter__()), runner)
        try:
            made.execute(STAND_IN)
            # As with Citus itself, what is set for the database is the superuser's to set.
            as_superuser = made.url.replace("//pars_owner@", "//postgres@")
            monkeypatch.setenv("PARS_DATABASE_URL", as_superuser)
            yield made
        finally:
            runner.run(copying.__aexit__(None, None, None))


def test_it_distributes_once_and_loses_no_policy(pars: Pars, stand_in: StandIn) -> None:
    before = stand_in.fetch(POLICIES)
    done = pars("db", "distribute", "--json")
    assert done.code == 0, done.err
    assert done.document["carried_out"] is True
    calls = stand_in.calls()
    assert calls[:2] == ["reference accreditors", "reference moc_boards"]
    assert "activities by provider_id with providers" in calls
    on_parts = [call for call in calls if call.startswith("on parts of")]
    assert len(calls) == len(REFERENCE) + len(DISTRIBUTED) + len(on_parts)
    assert stand_in.fetch(POLICIES) == before
    again = pars("db", "distribute")
    assert (again.code, again.out) == (0, "The tables are distributed.\n")
    assert stand_in.calls() == on_parts
    assert stand_in.fetch(POLICIES) == before


def test_what_a_node_refuses_is_said(pars: Pars, stand_in: StandIn) -> None:
    stand_in.execute(
        "CREATE OR REPLACE FUNCTION run_command_on_colocated_placements"
        " (one text, other text, command text) RETURNS TABLE (success boolean, result text)"
        " LANGUAGE sql AS $$ SELECT false, 'permission denied' $$"
    )
    failed = pars("db", "distribute")
    assert (failed.code, failed.out) == (1, "")
    assert "permission denied" in failed.err
