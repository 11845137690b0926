"""`aggregator token`: made once, listed without the secret, taken back."""

from __future__ import annotations

from pathlib import Path

from tests.integration.command import program


def test_a_token_is_made_listed_and_taken_back(tmp_path: Path) -> None:
    app = program(tmp_path)
    app.feeds([])
    made = app.run("token", "create", "phone", "--scope", "read", "--scope", "mark")
    secret = made.out.strip()
    assert secret.startswith("agg_")
    assert "only its hash is stored" in made.err
    [listed] = app.run("token", "list", "--json").lines
    assert (listed["name"], listed["scopes"]) == ("phone", ["read", "mark"])
    assert secret not in app.run("token", "list").out
    assert secret.encode() not in app.database.read_bytes()
    assert "already" in app.run("token", "create", "phone", "--scope", "read", status=2).err
    assert "needs a name" in app.run("token", "create", " ", "--scope", "read", status=2).err
    app.run("token", "revoke", "phone")
    assert "no token 'phone'" in app.run("token", "revoke", "phone", status=1).err
    assert app.run("token", "list").out == ""
