"""Decisions: how many uses are decided in a second, with every failing clause named.

    python benchmarks/decisions.py
    python benchmarks/decisions.py --cedar --n 500

The papers are the packaged example Commonwealth's, in force. Each mix is decided in rounds; what is printed is the
median of the rounds, and beside it the slowest and the fastest. `--cedar` asks the second opinion about each too.
Nothing is written down: what an entry in the ledger costs is measured by `benchmarks/ledger.py`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from statistics import median
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.adoption import adopt
from governance.clock import FixedClock
from governance.database import connect, metadata
from governance.decision import Decision, evaluate
from governance.fact import Facts
from governance.ids import AgreementId, DatasetId
from governance.ledger import Ledger
from governance.policy import load_policy
from governance.register import Register
from governance.second_opinion import compared
from governance.standing import Papers
from governance.use import Action, Actor, Ask, ModelRef, Use

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
FLOW = Actor(id="hearthline", role="flow", organisation="EOHHS")
STRANGER = Actor(id="somebody", role="marketer", organisation="ACME")
ROUNDS = 15
Decide = Callable[[Use], Decision]


def papers_in_force() -> Papers:
    """The packaged papers, adopted into a register in memory."""
    engine = connect("sqlite://")
    metadata.create_all(engine)
    clock = FixedClock(NOW)
    ledger = Ledger(engine, key=Ed25519PrivateKey.generate(), origin="benchmark.example", clock=clock)
    register = Register(engine, ledger, clock)
    adopt(register, load_policy(), by="benchmark")
    return register.papers()


def permitted(papers: Papers) -> list[Use]:
    """For every dataset, each action that some of its fields are listed for: what a night and its readers ask."""
    uses = []
    for dataset, standings in papers.covering.items():
        terms = standings[0].terms[dataset]
        for action in (Action.MATCH, Action.SCORE, Action.TRAIN, Action.EXPLAIN, Action.VIEW):
            zone = "enclave" if action is Action.MATCH else "analytic"
            fields = terms.by_action[action] & terms.by_zone[zone]
            if fields:
                asks = (Ask(dataset=dataset, fields=fields),)
                uses.append(Use(actor=FLOW, action=action, purpose="prevention.outreach.housing", asks=asks, zone=zone))
    return uses


def mixes(papers: Papers) -> dict[str, list[Use]]:
    """Uses by what becomes of them."""
    good = permitted(papers)
    everything = Facts(sealed_present=True, victim_services=True, attested=False, legal_process="o-1")
    one = [replace(use, purpose="prevention") for use in good]
    worst = [
        replace(
            use,
            actor=STRANGER,
            purpose="commercial.sale",
            recipient="ACME",
            asks=(replace(use.asks[0], fields=use.asks[0].fields | {"*"}),),
            linked_with=frozenset({DatasetId("nobody.knows")}),
            model=ModelRef(id="model-1", purpose="research"),
            facts=everything,
        )
        for use in good
    ]
    partners = list(papers.agreements)
    derived = [
        replace(use, lineage=frozenset(partners[number % len(partners) :][:2])) for number, use in enumerate(good)
    ]
    lapsed = [replace(use, lineage=use.lineage | {AgreementId("DULA-1999-001")}) for use in good]
    return {
        "permits": good,
        "refusals, one or two clauses fail": one + lapsed,
        "refusals, a dozen clauses fail": worst,
        "permits and refusals, half each": [use for pair in zip(good, one, strict=True) for use in pair],
        "derived from two more agreements": derived,
    }


def rates(decide: Decide, uses: list[Use], count: int) -> list[float]:
    """Decisions in a second, round by round, slowest first."""
    asked = [uses[number % len(uses)] for number in range(count)]
    found = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        for use in asked:
            decide(use)
        found.append(count / (perf_counter() - begun))
    return sorted(found)


def together(decide: Decide, uses: list[Use], count: int) -> list[float]:
    """The same in as many processes as there are cores: what this machine decides in a second."""
    cores = len(os.sched_getaffinity(0))
    found = []
    with get_context("fork").Pool(cores, initializer=_begin, initargs=(decide, uses, count)) as pool:
        for _ in range(ROUNDS):
            begun = perf_counter()
            pool.map(_decide_all, range(cores), chunksize=1)
            found.append(cores * count / (perf_counter() - begun))
    return sorted(found)


_work: list[tuple[Decide, list[Use]]] = []


def _begin(decide: Decide, uses: list[Use], count: int) -> None:
    _work.append((decide, [uses[number % len(uses)] for number in range(count)]))


def _decide_all(_: int) -> None:
    decide, asked = _work[-1]
    for use in asked:
        decide(use)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=20_000, help="decisions in a round")
    parser.add_argument("--cedar", action="store_true", help="ask the second opinion as well")
    given = parser.parse_args()
    papers = papers_in_force()
    known = frozenset(papers.covering)

    def plain(use: Use) -> Decision:
        return evaluate(use, papers, known, NOW)

    deciders: dict[str, Decide] = {"clauses": plain}
    if given.cedar:
        from governance.cedar import CedarOpinion  # noqa: PLC0415 (a part of its own: it is not needed without)

        second = CedarOpinion()
        deciders = {"with Cedar": lambda use: compared(plain(use), second, use, papers, known, NOW)}
    print(f"{len(papers.agreements)} agreements, {len(os.sched_getaffinity(0))} cores, {given.n:,} decisions a round")
    for how, decide in deciders.items():
        for name, uses in mixes(papers).items():
            failing = median(len(decide(use).reasons) for use in uses)
            print(f"  {how}, {name} ({failing:.0f} fail)")
            for where, measure in (("one core", rates), ("all cores", together)):
                found = measure(decide, uses, given.n)
                spread = f"({found[0]:,.0f} to {found[-1]:,.0f})"
                print(f"    {where:10} {median(found):10,.0f} decisions/s {spread}")


if __name__ == "__main__":
    main()
