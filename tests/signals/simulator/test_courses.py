"""Laws of what single concerns leave behind."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby, pairwise

import pytest

from signals.simulator.court import APPEAL_DAYS, GOOD_FOR
from signals.simulator.history import History
from signals.simulator.signup import SHARE
from tests.signals.simulator.world import PERIOD, UNTIL, large_world

HOUSEHOLDS = 4_000
YEARS = 1.5


@pytest.fixture(scope="module")
def history() -> History:
    return large_world()


def test_a_case_goes_the_way_of_the_law(history: History) -> None:
    assert len(history.cases) > 300
    for case in history.cases:
        days = [step.updated_on for step in case.steps]
        assert days == sorted(days)
        assert case.filed_on <= days[0]
        judged = [step for step in case.steps if step.judgment_on]
        assert bool(judged) == bool(case.how)
        if case.writ:
            assert judged
            assert judged[0].judgment_for == "plaintiff"
            decided = judged[0].judgment_on
            assert decided is not None
            assert case.writ.issued_on > decided + timedelta(days=APPEAL_DAYS)
            assert case.writ.issued_on < case.writ.levy_on <= case.writ.issued_on + GOOD_FOR
            assert (case.writ.returned == "pending") == (case.writ.returned_on is None)


def test_nothing_that_a_court_does_is_later_than_the_last_day_but_for_what_is_set(history: History) -> None:
    assert any(step.hearing_on and step.hearing_on > UNTIL for case in history.cases for step in case.steps)
    assert all(case.writ.issued_on <= UNTIL for case in history.cases if case.writ)


def test_between_a_fifth_and_two_fifths_of_cases_end_with_an_execution(history: History) -> None:
    old = [case for case in history.cases if case.filed_on < UNTIL - timedelta(days=150)]
    assert 0.2 <= sum(case.writ is not None for case in old) / len(old) <= 0.4


def test_certifications_of_a_household_follow_each_other(history: History) -> None:
    for _, found in groupby(history.certifications, key=lambda each: each.household):
        certified = list(found)
        assert [each.number for each in certified] == list(range(1, len(certified) + 1))
        for before, after in pairwise(certified):
            assert after.start_on > (before.reopened_on - timedelta(days=1) if before.reopened_on else before.end_on)
            assert before.outcome != "running"


def test_a_closed_certification_says_why_and_when(history: History) -> None:
    for each in history.certifications:
        assert (each.outcome == "closed") == (each.closed_on is not None) == bool(each.reason)
        assert each.reopened_on is None or (each.closed_on is not None and each.reopened_on > each.closed_on)
        assert each.notice_on is None or each.start_on < each.notice_on < each.end_on
        assert each.answered_on is None or (each.notice_on is not None and each.answered_on > each.notice_on)
        assert (each.interview_on is None) == (each.interview == "")
        assert each.reason != "missed_interview" or each.interview == "missed"


def test_about_a_fifth_of_snap_cases_close_and_come_back_within_four_months(history: History) -> None:
    """17 to 28 percent in a year: Mills et al., USDA FNS 2014."""
    since = UNTIL - timedelta(days=365)
    ever = {each.household for each in history.certifications if (each.closed_on or each.end_on) >= since}
    back = {
        each.household
        for each in history.certifications
        if each.closed_on and each.reopened_on and each.closed_on >= since
        if each.reopened_on - each.closed_on <= timedelta(days=122)
    }
    assert 0.15 <= len(back) / len(ever) <= 0.28


def test_ten_to_twenty_in_a_hundred_get_a_shut_off_notice_in_a_year(history: History) -> None:
    """Ten in 2020, 14 in 2015: EIA, Residential Energy Consumption Survey; poorer families more often."""
    since = UNTIL - timedelta(days=365)
    noticed = {each.household for each in history.utilities if each.notice_on and each.notice_on >= since}
    assert 0.10 <= len(noticed) / HOUSEHOLDS <= 0.20


def test_trouble_with_a_bill_comes_in_the_order_of_its_steps(history: History) -> None:
    for each in history.utilities:
        days = [each.past_due_on, each.notice_on, each.shutoff_on, each.disconnected_on, each.reconnected_on]
        there = [day for day in days if day is not None]
        assert there == sorted(there)
        assert (each.notice_on is None) == (each.shutoff_on is None)
        assert each.disconnected_on is None or each.shutoff_on is not None
        assert each.planned_on is None or (each.notice_on is not None and each.notice_on <= each.planned_on)
        assert each.amount > 0


def test_claims_are_paid_for_26_weeks_at_most(history: History) -> None:
    """M.G.L. c.151A s.30(a); the rate after s.29."""
    assert {each.status for each in history.claims} == {"approved", "denied", "exhausted", "withdrawn"}
    for each in history.claims:
        assert 0 < each.weekly <= 1051
        assert (each.exhausted_on is not None) == (each.status == "exhausted")
        assert each.exhausted_on is None or each.exhausted_on == each.filed_on + timedelta(weeks=26)


def test_jobs_of_a_person_follow_each_other(history: History) -> None:
    for _, found in groupby(history.jobs, key=lambda each: each.person):
        for before, after in pairwise(found):
            assert before.ended_on is not None
            assert before.ended_on <= after.began_on


def test_about_one_job_in_a_hundred_is_lost_in_a_month(history: History) -> None:
    """BLS, Job Openings and Labor Turnover Survey, layoffs and discharges."""
    lost = sum(job.lost for job in history.jobs if job.ended_on and job.ended_on >= PERIOD.first)
    held = sum(job.began_on <= UNTIL and (job.ended_on is None or job.ended_on > PERIOD.first) for job in history.jobs)
    assert 0.008 <= lost / held / 18 <= 0.014


def test_spells_of_assistance_are_cut_only_while_they_last(history: History) -> None:
    assert len(history.assistance) > 100
    for each in history.assistance:
        assert each.ended_on is None or each.ended_on >= each.began_on
        assert (each.ended_on is None) == (each.ended_by == "")
        assert list(each.sanctioned) == sorted(set(each.sanctioned))
        assert all(month.day == 1 and month >= each.began_on.replace(day=1) for month in each.sanctioned)


def test_about_45_in_a_hundred_households_sign_up(history: History) -> None:
    homes = {history.population.persons[each.person].household for each in history.signups}
    assert abs(len(homes) / HOUSEHOLDS - SHARE) < 0.03
    assert all(PERIOD.first <= each.signed_on <= UNTIL for each in history.signups)
    assert all(each.replies == () for each in history.signups if not each.safe_to_text)
    assert {"en", "es", "pt", "ht", "vi", "zh"} <= {each.language for each in history.signups}


def test_nobody_stops_before_they_were_asked(history: History) -> None:
    for each in history.signups:
        days = [day for day, _ in each.replies]
        assert days == sorted(days)
        assert all(day >= 0 for day in days)


def test_stays_of_a_household_do_not_overlap(history: History) -> None:
    stays = sorted(history.stays, key=lambda each: (each.household, each.entered_on))
    for _, found in groupby(stays, key=lambda each: each.household):
        for before, after in pairwise(found):
            assert before.left_on is not None
            assert before.left_on < after.entered_on


def test_background_help_goes_to_those_in_trouble(history: History) -> None:
    assert len(history.help) > 50
    assert {each.kind for each in history.help} == {"rental_assistance", "utility_assistance"}
    assert all(PERIOD.first <= each.on <= UNTIL for each in history.help)
