"""Signs the packaged example papers again after an edit: `python -m tests.sign_examples`.

Only examples can be signed like this, because nobody stands behind their signatures. A real agreement that was edited
is amended, and its parties sign it themselves.
"""

from __future__ import annotations

import re
from pathlib import Path

from governance.document import sha256
from governance.policy import PACKAGED, load_papers

_SIGNED_HASH = re.compile(r'(document_sha256: )"?[0-9a-f]{64}"?')


def sign(file: Path) -> bool:
    """Put the document's hash under each of its signatures; the rest of the file stays as it is.

    Args:
        file: a YAML file with one paper.

    Returns:
        Whether anything changed.
    """
    (paper,) = load_papers(file)
    before = file.read_text(encoding="utf-8")
    after = _SIGNED_HASH.sub(rf'\g<1>"{sha256(paper)}"', before)
    if after != before:
        file.write_text(after, encoding="utf-8")
    return after != before


def main() -> None:
    """Sign every packaged paper."""
    for file in sorted(PACKAGED.glob("*.yaml")):
        print(f"{file.name}: {'signed again' if sign(file) else 'as it was'}")  # noqa: T201


if __name__ == "__main__":
    main()
