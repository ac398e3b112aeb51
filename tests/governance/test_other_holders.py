"""Telephones and published tables: what goes with an agreement, and what its paper lets stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from governance.contact.holder import ContactHolder
from governance.database import connect
from governance.disclosure.release import Releases
from governance.disclosure.release_table import release
from governance.errors import Misconfigured
from governance.gate import Gate
from governance.holder import Covers
from governance.ids import AgreementId
from governance.keystore import MemoryKeyStore
from governance.ledger import Entry
from governance.release_holder import ReleaseHolder
from governance.use import Action, Actor, Use
from governance.vault import Vault
from tests.governance.disclosure.cubes import line
from tests.governance.families import families, signups
from tests.governance.papers import CASES, KNOWN, NOW, SNAP, Office, mou, office, signed, snap

OTHER_PHONE = "(413) 555-0188"


def test_a_telephone_goes_with_the_agreement_that_it_is_sealed_under_and_a_no_stays(
    tmp_path: Path, engine: Engine
) -> None:
    house = families(tmp_path, engine)
    willing, other = house.willing(), house.registered(OTHER_PHONE).id
    house.consents.revoke(willing, topic=None, how="keyword", proof="m-0123456789abcdef", by="inbound")
    said = [entry.kind for entry in house.ledger.entries(topic=willing)]
    holder, mine = ContactHolder(engine), AgreementId(signups()["id"])
    assert {each.id for each in holder.inventory(mine)} == {willing, other}
    assert {each.id for each in holder.erase(mine)} == {willing, other}
    assert house.contacts.get(willing) is None
    assert [entry.kind for entry in house.ledger.entries(topic=willing)] == said
    assert "consent.revoked" in said
    assert list(holder.erase(mine)) == list(holder.remains(mine)) == []


def test_a_telephone_of_another_agreement_stays(tmp_path: Path, engine: Engine) -> None:
    house = families(tmp_path, engine)
    id = house.registered().id
    assert list(ContactHolder(engine).erase(SNAP)) == []
    assert house.contacts.get(id) is not None


def publish(desk: Office) -> str:
    """A table that rests on the SNAP agreement."""
    analyst = Actor(id="analyst-1", role="analyst", organisation="EOHHS", trained_until=NOW.date())
    use = Use.of(
        actor=analyst,
        action=Action.AGGREGATE,
        purpose="prevention.outreach",
        dataset=CASES,
        fields={"certification_end_on"},
    )
    return releases(desk).publish(line([5, 40, 60]), use).id


def releases(desk: Office) -> Releases:
    gate = Gate(desk.register, desk.ledger, Vault(MemoryKeyStore()), desk.clock, KNOWN)
    return Releases(desk.engine, desk.ledger, desk.register, gate)


@pytest.fixture(params=[["ledger"], ["ledger", "released_aggregates"]])
def desk(request: pytest.FixtureRequest) -> Office:
    """An office whose SNAP agreement grants publishing, and does or does not let published tables stay."""
    document = snap()
    document["datasets"][0]["fields"][1]["actions"].append("release")
    document["destruction"]["keeps"] = request.param
    made = office(mou(), signed(document), engine=connect("sqlite://"))
    release.create(made.engine)
    return made


def published(desk: Office) -> Iterator[Entry]:
    return desk.ledger.entries(kind="release.published")


def test_the_copy_of_a_published_table_stays_only_where_the_agreement_lets_it(desk: Office) -> None:
    id = publish(desk)
    holder = ReleaseHolder(desk.engine, desk.ledger, desk.register)
    gone = list(holder.erase(SNAP))
    assert list(holder.remains(SNAP)) == []
    assert len(list(published(desk))) == 1
    if "released_aggregates" in desk.register.get(SNAP).agreement.destruction.keeps:
        assert gone == []
        assert releases(desk).get(id).id == id
        return
    assert [(each.covers, each.id, each.rows) for each in gone] == [(Covers.EXPORTS, id, 4)]
    with pytest.raises(Misconfigured) as altered:
        releases(desk).get(id)
    assert altered.value.code == "RELEASE_ALTERED"
