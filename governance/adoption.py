"""Adoption: bringing the papers of a policy folder into force, as a new installation does."""

from __future__ import annotations

from governance.ids import AgreementId
from governance.policy import Policy
from governance.register import Register


def adopt(register: Register, policy: Policy, *, by: str) -> tuple[AgreementId, ...]:
    """Hand in every paper of a policy that is not on file yet; those that are fully signed are in force at once.

    The policy's signatories go first: a keyed signature counts only where its key is registered. A name that ever had
    a key here is left as it stands.

    A paper that is on file is left as it stands, whatever the folder says: to change it, amend it. Broken off and run
    again, this goes on where it stopped.

    Args:
        register: the register of this installation.
        policy: the folder's papers; the memorandum goes first.
        by: who does it.

    Returns:
        The ids of the papers that were handed in now.
    """
    known = {(each.agency, each.name) for each in register.signatories.all()}
    for each in policy.signatories:
        if (each.agency, each.name) not in known:
            register.signatories.register(each.agency, each.name, each.key, by=by, why="adopted from the policy folder")
    new = [paper for paper in policy.papers if not register.on_file(paper.id)]
    for paper in new:
        register.adopt(paper, by=by, why="adopted from the policy folder")
    return tuple(paper.id for paper in new)
