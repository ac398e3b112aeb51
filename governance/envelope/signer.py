"""Who is asked to sign: a short file that a person writes, held against the paper before anything is sent.

It holds addresses, so that it is read, used, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from governance.agreement import Agreement
from governance.envelope.seam import Signer
from governance.errors import Misconfigured
from governance.signing.embedded import agencies_of
from governance.signing.signature import missing
from governance.written import Agency, Text, Written, read, read_yaml


class _Asked(Written):
    party: Text
    name: Text
    agency: Agency | None = None
    email: Annotated[str, StringConstraints(pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""


class _Asking(Written):
    signers: tuple[_Asked, ...]


def read_signers(file: Path, paper: Agreement, signed: Collection[str], *, reached: bool) -> tuple[Signer, ...]:
    """Those who are to sign a paper.

    Args:
        file: YAML: `signers`, each with `party`, `name`, and where needed `agency` and `email`.
        paper: what they sign.
        signed: the parties that have signed already, and need nobody here.
        reached: whether a service has to reach them, so that each needs an address.

    Raises:
        Misconfigured: `POLICY_INVALID` for a file that says something else; `AGREEMENT_PARTY` where it is not clear for
            which agency somebody signs; `ENVELOPE_SIGNERS` where a party has nobody, or somebody has no address.
    """
    asked = read(_Asking, read_yaml(file), where=file.name).signers
    found = tuple(
        Signer(party=each.party, agency=each.agency or _agency(paper, each.party), name=each.name, email=each.email)
        for each in asked
    )
    nobody = missing("agreement", {*signed, *(each.party for each in found)})
    if nobody:
        raise _signers(f"Nobody is named who signs for {', '.join(nobody)}.")
    if reached and not all(each.email for each in found):
        raise _signers("Somebody who is to sign has no address.")
    return found


def _agency(paper: Agreement, party: str) -> str:
    agencies = agencies_of(paper, party)
    if len(agencies) != 1:
        what = f"The {party} of {paper.id} is not a single agency."
        raise Misconfigured(what, "Say for which one they sign: `agency:`.", code="AGREEMENT_PARTY")
    return next(iter(agencies))


def _signers(what: str) -> Misconfigured:
    do = "Name everybody who signs in the file of signers, each with an address where a service is used."
    return Misconfigured(what, do, code="ENVELOPE_SIGNERS")
