"""A policy: the memorandum and the agreements of one folder, checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from governance.agreement import Agreement
from governance.document import Paper, parse, sha256
from governance.mou import Mou
from governance.written import Agency, Text, Written, invalid, read, read_yaml

PACKAGED = Path(__file__).parent / "agreements"
"""The example Commonwealth's papers."""


SIGNATORIES = "signatories.yaml"
"""The file beside the papers that says who signs for whom, with which key. It may be missing."""


class KeyHolder(Written):
    """Somebody who signs for an agency, and their public key (base64 of 32 bytes)."""

    agency: Agency
    name: Text
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]


class _KeyHolders(Written):
    signatories: tuple[KeyHolder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The papers of a folder, and who signs them. `hash` changes when any paper does, signatures aside."""

    mou: Mou
    agreements: tuple[Agreement, ...]
    hash: str
    signatories: tuple[KeyHolder, ...] = ()

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The memorandum, then the agreements by id."""
        return (self.mou, *self.agreements)

    def sha256(self, id: str) -> str:
        """The hash of one of its papers; empty where it holds none by that id."""
        return next((sha256(paper) for paper in self.papers if paper.id == id), "")


def load_policy(folder: Path | None = None) -> Policy:
    """Read and check every paper of a policy folder.

    Args:
        folder: an agency's policy folder, which holds `agreements/`; None means the packaged examples.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming the file and the key path.
    """
    source = PACKAGED if folder is None else folder / "agreements"
    files = sorted(file for file in [*source.glob("*.yaml"), *source.glob("*.yml")] if file.name != SIGNATORIES)
    if not files:
        raise invalid(source.parent.name, "", "has no agreements/ folder with YAML files")
    found = [(file.name, paper) for file in files for paper in load_papers(file)]
    mous = [paper for _, paper in found if isinstance(paper, Mou)]
    if len(mous) != 1:
        raise invalid(source.name, "mou", f"one memorandum is needed, there are {len(mous)}")
    agreements: dict[str, Agreement] = {}
    for name, paper in found:
        if isinstance(paper, Mou):
            continue
        if paper.id in agreements:
            raise invalid(name, "agreement.id", f"{paper.id} stands in another file already")
        agreements[paper.id] = paper
    ordered = tuple(agreements[id] for id in sorted(agreements))
    holders = load_signatories(source / SIGNATORIES)
    return Policy(mou=mous[0], agreements=ordered, hash=_hash((mous[0], *ordered)), signatories=holders)


def load_signatories(file: Path) -> tuple[KeyHolder, ...]:
    """Who signs for whom, as a policy's file says; nobody where there is none.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming the file and the key path.
    """
    if not file.exists():
        return ()
    return read(_KeyHolders, read_yaml(file), where=file.name).signatories


def load_papers(file: Path) -> tuple[Paper, ...]:
    """The papers of one YAML file.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming the file and the key path.
    """
    return parse(read_yaml(file), where=file.name)


def read_agreement(file: Path) -> Agreement:
    """The agreement in a YAML file.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming the file and the key path.
    """
    found = [paper for paper in load_papers(file) if isinstance(paper, Agreement)]
    if not found:
        raise invalid(file.name, "agreement", "missing")
    return found[0]


def _hash(papers: tuple[Paper, ...]) -> str:
    return hashlib.sha256("\n".join(sha256(paper) for paper in papers).encode()).hexdigest()
