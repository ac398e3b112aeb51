"""Ways round the attestation: whatever somebody claims, changes, renames or hides, what names people stays inside."""

from __future__ import annotations

import base64
import codecs
import csv
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows import zone
from flows.attesting import attest, attestations_of, draw_frame, look_through, withdraw
from flows.bootstrap import Services, build
from flows.frame_source import Asked, canaries_of
from flows.vigil import dusk
from flows.zone import admit, in_zone, sweep
from governance.attestation.attestation import PARTY, Statement
from governance.attestation.attestations import SIGNED
from governance.clock import FixedClock
from governance.errors import ActionNotGranted, ContractBroken, Misconfigured, MoveNotYours, Refused, Unattested
from governance.fact import Facts
from governance.opened import Opened
from governance.signing import SigningKey
from governance.use import Action, Use
from signals.attestation.frame import digest
from signals.attestation.report import Report
from tests.flows import frames, homes
from tests.flows.frames import ANALYST, INTERVIEWS, NOW, PAPER, STEWARD, asked, attested, frame, good_lines

FIELDS = frozenset({"kind", "scheduled_on", "status"})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    house = frames.office(folder)
    house.engine.dispose()
    house.ledger_engine.dispose()
    return folder / "home"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def house(made: Path, tmp_path: Path, clock: FixedClock) -> Services:
    shutil.copytree(made, tmp_path / "home")
    return build(homes.settings(tmp_path / "home"), clock=clock)


@pytest.fixture(scope="module")
def looking(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """A house in which frames are only looked at, with two canaries among its families."""
    home = tmp_path_factory.mktemp("looking") / "home"
    shutil.copytree(made, home)
    house = build(homes.settings(home), clock=FixedClock(NOW))
    frames.plant(house, canaries_of(house, wanting_canaries(house), by=STEWARD))
    return house


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return frame(tmp_path, *good_lines())


def use(
    house: Services, facts: Facts | None = None, *, frame: str = "", role: str = "analyst", zone: str = "analytic"
) -> Use:
    return Use.of(
        actor=house.person(ANALYST, role=role),
        action=Action.EXPORT,
        purpose="prevention.outreach",
        dataset=INTERVIEWS,
        fields=FIELDS,
        zone=zone,
        facts=facts or Facts(frame=frame),
    )


def wanting_canaries(house: Services) -> Asked:
    """What is asked of a frame, with two canaries in its source."""
    return replace(asked(house), terms=asked(house).terms.model_copy(update={"canaries": 2}))


def kinds(report: Report) -> set[str]:
    return {each.check for each in report.findings}


def refused_now(house: Services, file: Path) -> None:
    """Nobody gets this file into the zone, and the refusal stands in the ledger."""
    with pytest.raises(Unattested):
        admit(house, asked(house), file, by=ANALYST)
    *_, last = house.ledger.entries(kind="use.refused")
    assert [each["code"] for each in last.body["reasons"]] == ["UNATTESTED"]  # type: ignore[union-attr, index, call-overload]
    assert not list(zone.in_zone(house))


# -- what is claimed --------------------------------------------------------------------------------------------------


def test_an_attested_frame_comes_in_as_it_is(house: Services, good: Path) -> None:
    attested(house, good)
    kept = admit(house, asked(house), good, by=ANALYST)
    assert kept.read_bytes() == good.read_bytes()
    assert [each.status for each in in_zone(house)] == ["in force"]
    assert kept.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("attested", [None, True])
@pytest.mark.parametrize("frame", ["", "0" * 64, "anything"])
def test_claiming_that_it_is_attested_changes_nothing(house: Services, attested: bool | None, frame: str) -> None:
    with pytest.raises(Unattested):
        house.gate.request(use(house, Facts(attested=attested, frame=frame)))


def test_whoever_denies_it_is_believed(house: Services, good: Path) -> None:
    attested(house, good)
    with pytest.raises(Unattested):
        house.gate.request(use(house, Facts(frame=digest(good), attested=False)))


def test_naming_another_zone_does_not_make_an_export_stay_inside(house: Services) -> None:
    with pytest.raises(Unattested):
        house.gate.request(use(house, zone="enclave"))


def test_who_calls_themself_steward_is_not_let_in_without_an_attestation_either(house: Services, good: Path) -> None:
    with pytest.raises(Unattested):
        house.gate.request(use(house, role="data_steward", frame=digest(good)))


def test_the_grant_for_a_frame_opens_nothing_that_is_sealed(house: Services, good: Path) -> None:
    attested(house, good)
    grant = house.gate.request(use(house, frame=digest(good)))
    tries: list[Callable[[Opened], object]] = [
        lambda door: list(house.store.read(door, INTERVIEWS, ["kind"], date(2026, 6, 1))),
        lambda door: door.read_keys("2026-01", ["kind"]),
        lambda door: door.write_keys("2026-01", ["kind"]),
        lambda door: door.seal(b"x", "y"),
    ]
    with house.gate.open(grant) as opened:
        for each in tries:
            with pytest.raises(ActionNotGranted):
                each(opened)


def test_a_grant_that_is_edited_to_name_another_frame_is_worth_nothing(house: Services, good: Path) -> None:
    attested(house, good)
    grant = house.gate.request(use(house, frame=digest(good)))
    for forged in (replace(grant, frame=""), replace(grant, frame="1" * 64)):
        with pytest.raises(Refused, match="GRANT_UNKNOWN"), house.gate.open(forged):
            pass


# -- another frame, a changed one -------------------------------------------------------------------------------------


def test_the_attestation_of_another_frame_does_not_count(house: Services, tmp_path: Path, good: Path) -> None:
    attested(house, good)
    refused_now(house, frame(tmp_path, *good_lines(24), name="other.csv"))


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw + b"initial,2025,held\n",
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b"missed", b"waived", 1),
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: b"\xef\xbb\xbf" + raw,
    ],
)
def test_a_frame_that_was_changed_after_it_was_attested_is_another(
    house: Services, good: Path, change: Callable[[bytes], bytes]
) -> None:
    attested(house, good)
    good.write_bytes(change(good.read_bytes()))
    refused_now(house, good)


def test_a_frame_that_is_exchanged_between_the_decision_and_the_copy_is_noticed(
    house: Services, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attested(house, good)
    ask = type(house.gate).request

    def exchanging(gate: object, asked_for: Use) -> object:
        grant = ask(gate, asked_for)  # type: ignore[arg-type]
        good.write_text("kind,scheduled_in,status\nMaria,1990,held\n", encoding="utf-8")
        return grant

    monkeypatch.setattr(type(house.gate), "request", exchanging)
    with pytest.raises(ContractBroken, match="FRAME_CHANGED"):
        admit(house, asked(house), good, by=ANALYST)
    assert not [path for path in (house.settings.home / "analytic").rglob("*") if path.is_file()]


def test_what_is_changed_inside_the_zone_may_not_stay(house: Services, good: Path) -> None:
    attested(house, good)
    kept = admit(house, asked(house), good, by=ANALYST)
    kept.chmod(0o600)
    kept.write_text("kind\nother\n", encoding="utf-8")
    assert [each.status for each in in_zone(house)] == ["never attested as it is"]
    assert len(sweep(house)) == 1
    assert not kept.exists()


# -- time, papers, people ---------------------------------------------------------------------------------------------


def test_an_attestation_ends_on_its_day(house: Services, good: Path, clock: FixedClock) -> None:
    attested(house, good, days=30)
    kept = admit(house, asked(house), good, by=ANALYST)
    clock.advance(timedelta(days=30))
    assert [each.status for each in in_zone(house)] == ["expired"]
    dusk(house)
    assert not kept.exists(), "a night takes out what is over"
    refused_now(house, good)
    with pytest.raises(Unattested):
        house.gate.request(use(house, frame=digest(good)))


def test_nobody_can_make_one_count_longer_than_the_agreement_lets_it(house: Services, good: Path) -> None:
    made = attested(house, good, days=9999)
    assert made.statement.expires_at == NOW + timedelta(days=90)


def test_an_attestation_that_is_withdrawn_counts_no_more(house: Services, good: Path) -> None:
    made = attested(house, good)
    admit(house, asked(house), good, by=ANALYST)
    grant = house.gate.request(use(house, frame=digest(good)))
    withdraw(house, made.id, by=STEWARD, why="a second look")
    with pytest.raises(Unattested), house.gate.open(grant):
        pass
    with pytest.raises(Unattested):
        house.gate.request(use(house, frame=digest(good)))
    sweep(house)
    refused_now(house, good)


def test_a_suspended_agreement_takes_its_frames_out_of_the_zone(house: Services, good: Path) -> None:
    attested(house, good)
    admit(house, asked(house), good, by=ANALYST)
    house.register.suspend(PAPER, by="officer-1", why="incident 14")
    assert [each.status for each in in_zone(house)] == ["its agreement is not in force: NOT_ACTIVE"]
    with pytest.raises(Refused, match="NOT_ACTIVE"):
        admit(house, asked(house), good, by=ANALYST)


def test_nobody_vouches_for_what_they_use_themselves(house: Services, good: Path) -> None:
    attested(house, good)
    with pytest.raises(Unattested):
        admit(house, asked(house), good, by=STEWARD)


@pytest.mark.parametrize("who", ["analyst-1", "worker-1", "officer-1", "hearthline", ""])
def test_only_a_data_steward_vouches(house: Services, good: Path, who: str) -> None:
    with pytest.raises(MoveNotYours):
        attest(house, asked(house), good, by=who)


def test_a_statement_that_is_written_into_the_ledger_without_its_signature_does_not_count(
    house: Services, good: Path
) -> None:
    made = attested(house, frame(good.parent, *good_lines(24), name="b.csv"))
    withdraw(house, made.id, by=STEWARD, why="makes room")
    forged = replace(made.statement, frame=digest(good))
    house.ledger.append(SIGNED, forged.frame, {**forged.body(), "mark": made.mark.body()})
    house.ledger.append(SIGNED, digest(good), {"frame": digest(good)})
    refused_now(house, good)
    assert len(attestations_of(house).problems()) == 2


def test_a_key_that_nobody_registered_signs_nothing(house: Services, good: Path) -> None:
    attested(house, frame(good.parent, *good_lines(44), name="b.csv"))  # from now on, the steward has a key
    with pytest.raises(Misconfigured, match="ATTESTATION_UNSIGNED"):
        attest(house, asked(house), good, by=STEWARD, key=SigningKey.generate(), beside=[good.parent / "b.csv"])
    refused_now(house, good)


def test_a_signature_under_an_agreement_is_none_under_a_frame(house: Services, good: Path) -> None:
    made = attested(house, good)
    key = SigningKey.generate()
    house.register.signatories.register("EOHHS", "Imani", key.public, by="steward-1")
    other = replace(made.statement, frame="2" * 64)
    mark = key.sign(party="owner", agency="EOHHS", name="Imani", sha256=other.sha256, at=other.signed_at)
    with pytest.raises(Misconfigured, match="ATTESTATION_UNSIGNED"):
        attestations_of(house).sign(other, mark)
    assert mark.party != PARTY and Statement.recall(made.statement.body()) == made.statement


# -- what is in it ----------------------------------------------------------------------------------------------------


def test_a_renamed_column_is_another_column(looking: Services, tmp_path: Path) -> None:
    lines = [f"{line},Ottoline" for line in good_lines()]
    report = look_through(
        looking, asked(looking), frame(tmp_path, *lines, head="kind,scheduled_in,status,town"), by=STEWARD
    )
    assert "column" in kinds(report)
    assert [each.column for each in report.findings if each.check == "column"] == ["town"]


def test_names_under_the_name_of_a_listed_column_are_found(looking: Services, tmp_path: Path) -> None:
    lines = [f"initial,2025,{first}" for first in frames.FIRST_NAMES for _ in range(20)]
    report = look_through(looking, asked(looking), frame(tmp_path, *lines), by=STEWARD)
    assert [(each.check, each.column, each.rows) for each in report.findings] == [("person_name", "status", 160)]


def test_a_column_that_says_its_own_name_is_not_repeated_where_it_could_be_a_value(
    looking: Services, tmp_path: Path
) -> None:
    file = frame(tmp_path, *[f"{line},1" for line in good_lines()], head="kind,scheduled_in,status,Ottoline Ashgrove")
    report = look_through(looking, asked(looking), file, by=STEWARD)
    assert "Ottoline" not in str(report.body())


@pytest.mark.parametrize(
    "hidden",
    [
        "937-23-4167",
        "937234167",
        "(508) 555-1568",
        "+15085551568",
        "o.ashgrove@mail.example",
        "o.ashgrove (at) mail.example",
        "12 Mossbarrow Pl",
        "P.O. Box 12",
        "1993-01-30",
        "01/30/1993",
        "Jan 30 1993",
        "19930130",
        "22H84SP001234",
        "LT-012345-22",
        "480013",
        "01013",
        "Ottoline Ashgrovea",
        "Ashgrovea, Ottoline",
        "she called again on Monday about it",
        "https://people.example/7",
        hashlib.md5(b"480013", usedforsecurity=False).hexdigest(),
        base64.b64encode(b"937-23-4167").decode(),
        b"937-23-4167".hex(),
        base64.b64encode(b"Ottoline Ashgrovea").decode(),
        "=HYPERLINK(7)",
    ],
)
def test_an_identifier_in_a_listed_column_is_found_and_not_repeated(
    looking: Services, tmp_path: Path, hidden: str
) -> None:
    file = frame(tmp_path, *good_lines(60), *[("initial", "2025", hidden)] * 12)
    report, made = attest(looking, asked(looking), file, by=STEWARD)
    assert made is None
    assert {each.column for each in report.findings} == {"status"}
    assert hidden not in str(report.body())
    refused_now(looking, file)


@pytest.mark.parametrize(
    "wrapped",
    [
        str,
        str.upper,
        str.lower,
        lambda value: value[::-1],
        lambda value: value.encode().hex(),
        lambda value: base64.b64encode(value.encode()).decode(),
        lambda value: base64.b64encode(b"x " + value.encode() + b"!").decode(),
        lambda value: base64.b64encode(b"xy " + value.encode() + b"!!").decode(),
        lambda value: base64.b32encode(value.encode()).decode(),
        lambda value: codecs.encode(value, "rot13"),
        lambda value: hashlib.md5(value.encode(), usedforsecurity=False).hexdigest(),
        lambda value: hashlib.sha1(value.upper().encode(), usedforsecurity=False).hexdigest(),
        lambda value: hashlib.sha256(value.lower().encode()).hexdigest(),
        lambda value: base64.b64encode(hashlib.sha512(value.encode()).digest()).decode(),
        lambda value: f"the one called {value} is here",
    ],
)
def test_a_canary_is_found_however_it_is_written(
    looking: Services, tmp_path: Path, wrapped: Callable[[str], str]
) -> None:
    wanting = wanting_canaries(looking)
    planted = canaries_of(looking, wanting, by=STEWARD)
    for value in planted[1].values().values():
        file = frame(tmp_path, *good_lines(60), ("initial", "2025", wrapped(value)))
        report = look_through(looking, wanting, file, by=STEWARD)
        assert report.planted == 2
        assert "canary" in kinds(report), value


def test_a_frame_whose_source_has_no_canaries_is_not_vouched_for_where_they_are_asked_for(
    house: Services, good: Path
) -> None:
    wanting = wanting_canaries(house)
    report, made = attest(house, wanting, good, by=STEWARD)
    assert (kinds(report), made) == ({"canary"}, None)
    planted = canaries_of(house, wanting, by=STEWARD)
    assert planted == canaries_of(house, wanting, by=STEWARD)
    frames.plant(house, planted)
    report, made = attest(house, wanting, good, by=STEWARD)
    assert (report.planted, made is not None) == (2, True)


def test_a_class_that_is_too_small_is_not_vouched_for(house: Services, tmp_path: Path) -> None:
    file = frame(tmp_path, *good_lines(), *["recertification,2025,held"] * 10)
    report, made = attest(house, asked(house), file, by=STEWARD)
    assert made is None
    assert report.anonymity is not None
    assert (report.anonymity.below, report.anonymity.smallest) == (10, 10)
    assert kinds(report) == {"k_anonymity", "diversity"}


def test_one_family_of_many_rows_does_not_pass_for_many_families(house: Services, tmp_path: Path) -> None:
    head = "family,kind,scheduled_in,status"
    one = [f"{'a' * 32},{line}" for line in good_lines()]
    report, made = attest(house, asked(house), frame(tmp_path, *one, head=head), by=STEWARD)
    assert made is None
    assert report.anonymity is not None and report.anonymity.smallest == 1
    (tmp_path / "frame.csv").write_text("\n".join(["kind,scheduled_in,status", *good_lines(), ""]), encoding="utf-8")
    report, made = attest(house, asked(house), tmp_path / "frame.csv", by=STEWARD)
    assert (kinds(report), made) == ({"unit"}, None), "leaving out whose rows they are does not help"


def test_two_frames_that_tell_who_came_between_them_are_not_both_let_in(house: Services, tmp_path: Path) -> None:
    first = frame(tmp_path, *good_lines(22), name="week1.csv")
    second = frame(tmp_path, *good_lines(24), name="week2.csv")
    made = attested(house, first)
    report, none = attest(house, asked(house), second, by=STEWARD)
    assert (kinds(report), none) == ({"together"}, None)
    report, none = attest(house, asked(house), second, by=STEWARD, beside=[first])
    assert (kinds(report), none) == ({"together"}, None)
    much_later = frame(tmp_path, *good_lines(44), name="week3.csv")
    report, both = attest(house, asked(house), much_later, by=STEWARD, beside=[first])
    assert both is not None, report.findings
    withdraw(house, made.id, by=STEWARD, why="superseded")
    withdraw(house, both.id, by=STEWARD, why="superseded")
    assert attested(house, second)


def test_two_frames_that_name_the_same_families_are_counted_as_one(house: Services, tmp_path: Path) -> None:
    families = [hashlib.md5(str(n).encode(), usedforsecurity=False).hexdigest() for n in range(44)]
    status, head = ("held", "missed"), "family,kind,scheduled_in,status"
    halves = [f"{one},{('initial', 'recertification')[n < 22]},2025,{status[n % 2]}" for n, one in enumerate(families)]
    years = [f"{one},initial,{2020 + n // 11 % 2},{status[n % 2]}" for n, one in enumerate(families)]
    others = [f"{one},initial,{2020 + n % 3 // 2},{status[n % 2]}" for n, one in enumerate(families)]
    first = frame(tmp_path, *halves, name="1.csv", head=head)
    attested(house, first)
    for lines, found in ((years, set()), (others, {"together"})):
        second = frame(tmp_path, *lines, name="2.csv", head=head)
        assert kinds(look_through(house, asked(house), second, by=STEWARD, beside=[first])) == found


# -- what is drawn ----------------------------------------------------------------------------------------------------


def test_what_is_drawn_passes_and_tells_nobody_apart(house: Services, tmp_path: Path) -> None:
    report = draw_frame(house, asked(house), tmp_path / "drawn.csv", by=STEWARD)
    assert report.passed
    assert report.anonymity is not None
    assert report.anonymity.total == frames.ALIKE, "families with an interview that nobody else had are left out"
    text = (tmp_path / "drawn.csv").read_text(encoding="utf-8")
    assert not [name for name in (*frames.FIRST_NAMES, *frames.LAST_NAMES) if name in text]
    assert "2025-04" not in text and "48" + "0001" not in text
    assert (tmp_path / "drawn.csv").stat().st_mode & 0o077 == 0
    with pytest.raises(Misconfigured, match="FRAME_EXISTS"):
        draw_frame(house, asked(house), tmp_path / "drawn.csv", by=STEWARD)


def test_two_drawn_frames_call_no_family_the_same(house: Services, tmp_path: Path) -> None:
    names = []
    for number in range(2):
        file = tmp_path / f"drawn{number}.csv"
        draw_frame(house, asked(house), file, by=STEWARD)
        with file.open(encoding="utf-8", newline="") as lines:
            names.append({row["family"] for row in csv.DictReader(lines)})
    assert names[0] and not names[0] & names[1]


def test_an_analyst_draws_nothing(house: Services, tmp_path: Path) -> None:
    with pytest.raises(MoveNotYours):
        draw_frame(house, asked(house), tmp_path / "drawn.csv", by=ANALYST)
    assert not (tmp_path / "drawn.csv").exists()


def test_a_link_to_a_file_outside_is_copied_and_not_kept(house: Services, tmp_path: Path, good: Path) -> None:
    attested(house, good)
    (tmp_path / "link.csv").symlink_to(good)
    kept = admit(house, asked(house), tmp_path / "link.csv", by=ANALYST)
    good.write_text("changed", encoding="utf-8")
    assert not kept.is_symlink()
    assert [each.status for each in in_zone(house)] == ["in force"]
