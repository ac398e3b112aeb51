"""Signs the packaged example papers again after an edit: `python -m tests.sign_examples`.

Only examples can be signed like this, because nobody stands behind their signatures: the keys are made from the names,
so that everybody has them. A real agreement that was edited is amended, and its parties sign it themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from governance.agreement import Agreement
from governance.document import Paper, sha256
from governance.policy import PACKAGED, SIGNATORIES, load_papers
from governance.signing import Mark, SigningKey
from governance.signing.embedded import agencies_of

_SIGNED = re.compile(r'( *)document_sha256: "?[0-9a-f]{64}"?\n(?: *signature: \S+\n)?')
_HEAD = """# Who signs the example papers, and with which public key. The private keys are made from the names by
# `python -m tests.sign_examples`, for everybody to have: an example, which binds nobody.
signatories:
"""


def example_key(agency: str, name: str) -> SigningKey:
    """The key of an invented signatory, made from the name."""
    return SigningKey.of_seed(hashlib.sha256(f"hearthline example signatory|{agency}|{name}".encode()).digest())


def marks(paper: Paper) -> Iterator[Mark]:
    """The signatures that belong under a paper, by everybody who is named under it."""
    own = sha256(paper)
    if isinstance(paper, Agreement):
        for each in paper.signatures:
            (agency,) = [each.agency] if each.agency else agencies_of(paper, each.party)
            key = example_key(agency, each.name)
            yield key.sign(party=each.party, agency=agency, name=each.name, sha256=own, at=each.signed_at)
        return
    for one in paper.participants:
        key = example_key(one.agency, one.coordinator)
        yield key.sign(party=one.agency, agency=one.agency, name=one.coordinator, sha256=own, at=one.signed_at)


def sign(file: Path) -> tuple[bool, list[Mark]]:
    """Put the document's hash, and a key's signature, where each signature stands; the rest of the file stays.

    Args:
        file: a YAML file with one paper.

    Returns:
        Whether anything changed, and the signatures.
    """
    (paper,) = load_papers(file)
    made = list(marks(paper))
    left = iter(made)
    before = file.read_text(encoding="utf-8")
    after = _SIGNED.sub(lambda place: _lines(place[1], next(left)), before)
    if next(left, None) is not None:
        raise ValueError(f"{file.name} has fewer places for signatures than signatures")
    if after != before:
        file.write_text(after, encoding="utf-8")
    return after != before, made


def register(file: Path, signed: Iterable[Mark]) -> None:
    """Write the signatories' file: everybody who signed, with the public key."""
    names = sorted({(mark.agency, mark.name) for mark in signed})
    lines = [
        f"  - {{agency: {agency}, name: {name}, key: {example_key(agency, name).public}}}\n" for agency, name in names
    ]
    file.write_text(_HEAD + "".join(lines), encoding="utf-8")


def _lines(indent: str, mark: Mark) -> str:
    return f'{indent}document_sha256: "{mark.sha256}"\n{indent}signature: {mark.signature}\n'


def main() -> None:
    """Sign every packaged paper."""
    signed: list[Mark] = []
    for file in sorted(PACKAGED.glob("*.yaml")):
        if file.name != SIGNATORIES:
            changed, made = sign(file)
            signed += made
            print(f"{file.name}: {'signed again' if changed else 'as it was'}")  # noqa: T201
    register(PACKAGED / SIGNATORIES, signed)


if __name__ == "__main__":
    main()
