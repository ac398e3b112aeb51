"""What is relied on of Parquet's modular encryption, held against the library that is installed, from outside."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet
import pytest

SECRET = "zanzibar-7731"
FOOTER_KEY, NAME_KEY, OTHER_KEY = os.urandom(32), os.urandom(32), os.urandom(32)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    file = tmp_path / "sealed.parquet"
    frame = pl.DataFrame({"name": [SECRET, "b", "c"], "other": [1, 2, 3]})
    encryption = pl.ParquetEncryptionProperties(
        footer_key=FOOTER_KEY,
        column_keys={"name": NAME_KEY, "other": OTHER_KEY},
        aad_prefix=b"file-1",
        store_aad_prefix=False,
    )
    frame.write_parquet(file, encryption=encryption)
    return file


def scan(file: Path, *, footer: bytes = FOOTER_KEY, aad: bytes = b"file-1", **keys: bytes) -> pl.LazyFrame:
    decryption = pl.ParquetDecryptionProperties(footer_key=footer, column_keys=keys, aad_prefix=aad)
    return pl.scan_parquet(file, decryption=decryption)


def test_without_a_key_polars_pyarrow_and_duckdb_read_nothing(sealed: Path) -> None:
    with pytest.raises(pl.exceptions.ComputeError):
        pl.read_parquet(sealed)
    with pytest.raises(OSError, match="encrypted"):
        pyarrow.parquet.read_table(sealed)
    with pytest.raises(OSError, match="encrypted"):
        pyarrow.parquet.read_metadata(sealed)
    with pytest.raises(duckdb.Error, match="encrypted"):
        duckdb.execute(f"select * from '{sealed}'").fetchall()
    with pytest.raises(duckdb.Error, match="encrypted"):
        duckdb.execute(f"select * from parquet_metadata('{sealed}')").fetchall()


def test_the_bytes_of_the_file_hold_no_value_and_no_name_of_a_column(sealed: Path) -> None:
    raw = sealed.read_bytes()
    assert SECRET.encode() not in raw
    assert b"other" not in raw


def test_one_columns_key_opens_that_column_and_no_other(sealed: Path) -> None:
    assert scan(sealed, name=NAME_KEY).select("name").collect().height == 3
    with pytest.raises(pl.exceptions.ComputeError, match="other"):
        scan(sealed, name=NAME_KEY).select("other").collect()


def test_a_predicate_on_a_column_without_a_key_learns_nothing(sealed: Path) -> None:
    with pytest.raises(pl.exceptions.ComputeError):
        scan(sealed, name=NAME_KEY).filter(pl.col("other") > 1).select("name").collect()


def test_the_footers_key_alone_tells_neither_values_nor_statistics(sealed: Path) -> None:
    with pytest.raises(pl.exceptions.ComputeError):
        scan(sealed).select(pl.col("name").min()).collect()
    with pytest.raises(pl.exceptions.ComputeError):
        scan(sealed, other=OTHER_KEY).select(pl.col("name").null_count()).collect()


def test_a_file_does_not_open_under_another_files_id(sealed: Path) -> None:
    with pytest.raises(pl.exceptions.ComputeError):
        scan(sealed, aad=b"file-2", name=NAME_KEY).select("name").collect()


def test_a_wrong_key_is_an_error_and_not_an_empty_answer(sealed: Path) -> None:
    with pytest.raises(pl.exceptions.ComputeError):
        scan(sealed, name=os.urandom(32)).select("name").collect()
    with pytest.raises(pl.exceptions.ComputeError):
        scan(sealed, footer=os.urandom(32), name=NAME_KEY).select("name").collect()


def test_a_changed_byte_is_an_error(sealed: Path) -> None:
    raw = bytearray(sealed.read_bytes())
    raw[len(raw) // 3] ^= 1
    sealed.write_bytes(bytes(raw))
    with pytest.raises(pl.exceptions.ComputeError):
        scan(sealed, name=NAME_KEY, other=OTHER_KEY).collect()
