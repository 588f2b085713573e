"""`pars push` as a user runs it, against a server."""

import subprocess
from pathlib import Path

from tests.builders import complete_activity
from tests.demo_server import PARS, ROOT, DemoServer, environment
from tests.imports_support import ndjson
from tests.patience import PATIENCE


def test_a_file_is_pushed_from_the_command_line_to_a_server(
    demo_server: DemoServer, tmp_path: Path
) -> None:
    good = [complete_activity(internal_id=f"P-{number}") for number in range(30)]
    bad = [*good[:3], complete_activity(internal_id="BAD", credits=0.3)]
    whole = pushed(tmp_path, demo_server, "whole.ndjson", ndjson(good))
    assert whole.returncode == 0, whole.stderr
    assert "30 created" in whole.stderr
    trial = pushed(tmp_path, demo_server, "trial.ndjson", ndjson(bad), "--dry-run")
    assert (trial.returncode, "nothing was saved" in trial.stderr) == (1, True)
    part = pushed(tmp_path, demo_server, "part.ndjson", ndjson(bad))
    assert part.returncode == 1
    assert "1 row  /credits" in part.stderr
    assert b"import_problems" in (tmp_path / "part.rejected.ndjson").read_bytes()
    (tmp_path / "shut.rejected.ndjson").mkdir()
    shut = pushed(tmp_path, demo_server, "shut.ndjson", ndjson([*bad, good[4]]))
    assert (shut.returncode, "file could not be read or written" in shut.stderr) == (1, True)
    assert "Traceback" not in shut.stderr
    wrong = pushed(tmp_path, demo_server, "wrong.ndjson", b"{}", key="pars_test_wrong")
    assert (wrong.returncode, "401" in wrong.stderr) == (1, True)


def pushed(
    folder: Path, server: DemoServer, name: str, content: bytes, *more: str, key: str = ""
) -> subprocess.CompletedProcess[str]:
    (folder / name).write_bytes(content)
    sent = [str(folder / name), "--server", server.url, "--key", key or server.key, *more]
    return subprocess.run(
        [*PARS, "push", *sent],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
