from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from adapters.storage import load_or_create_keys, parse_keys
from adapters.storage.cipher import Cipher, Undecipherable


def a_key() -> str:
    return Fernet.generate_key().decode()


def test_what_is_encrypted_is_read_back_and_differs_each_time() -> None:
    cipher = Cipher([a_key()])
    one, other = cipher.encrypt("créneau"), cipher.encrypt("créneau")
    assert one != other
    assert cipher.decrypt(one) == cipher.decrypt(other) == "créneau"


def test_the_newest_key_writes_and_older_ones_still_read() -> None:
    old, new = a_key(), a_key()
    written_before = Cipher([old]).encrypt("secret")
    both = Cipher([new, old])
    assert both.decrypt(written_before) == "secret"
    assert Cipher([new]).decrypt(both.encrypt("secret")) == "secret"
    with pytest.raises(Undecipherable):
        Cipher([new]).decrypt(written_before)


def test_a_secret_is_rewritten_only_where_an_older_key_wrote_it() -> None:
    old, new = a_key(), a_key()
    both = Cipher([new, old])
    rewritten = both.rewrite(Cipher([old]).encrypt("secret"))
    assert rewritten is not None
    assert Cipher([new]).decrypt(rewritten) == "secret"
    assert both.rewrite(rewritten) is None
    assert both.rewrite(Cipher([a_key()]).encrypt("lost")) is None


def test_a_changed_secret_is_noticed() -> None:
    cipher = Cipher([a_key()])
    token = bytearray(cipher.encrypt("secret"))
    token[-5] ^= 1
    with pytest.raises(Undecipherable):
        cipher.decrypt(bytes(token))


def test_a_wrong_key_is_named_by_its_position_and_never_shown() -> None:
    with pytest.raises(ValueError, match=r"^TOKEN_KEYS: key 2 is not a Fernet key$"):
        Cipher([a_key(), "hunter2"])
    with pytest.raises(ValueError, match="no key"):
        Cipher([])


def test_keys_are_separated_by_commas_and_blanks_do_not_matter() -> None:
    assert parse_keys(" a , b,,c\n") == ("a", "b", "c")
    assert parse_keys("") == ()


def test_keys_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    keys = load_or_create_keys(tmp_path / "data")
    assert len(keys) == 1
    assert load_or_create_keys(tmp_path / "data") == keys
    file = tmp_path / "data" / "token.keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["token.keys"]


def test_all_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(load_or_create_keys, [tmp_path] * 8))
    assert len(set(answers)) == 1


def test_a_key_file_may_hold_several_keys_newest_first(tmp_path: Path) -> None:
    new, old = a_key(), a_key()
    (tmp_path / "token.keys").write_text(f"{new}\n{old}\n")
    assert load_or_create_keys(tmp_path) == (new, old)


def test_a_spoilt_key_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "token.keys").write_text("spoilt")
    with pytest.raises(ValueError, match="key 1"):
        load_or_create_keys(tmp_path)
    assert (tmp_path / "token.keys").read_text() == "spoilt"
