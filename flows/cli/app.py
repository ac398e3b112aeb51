"""The commands, gathered."""

from __future__ import annotations

import typer

from flows.cli import (
    agreement,
    attest,
    breach,
    consent,
    council,
    data,
    deliveries,
    destruction,
    envelope,
    house,
    ledger,
    model,
    mou,
    night,
    order,
    outreach,
    oversight,
    paper,
    quarantine,
    release,
    signing,
    store,
    subject,
    term,
    trace,
    use,
    witness,
)

app = typer.Typer(
    name="hearthline",
    help="Early warning for family crisis prevention: only what signed agreements allow, for the purpose they name.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

house.register(app)
data.register(app)
night.register(app)
model.register(app)
consent.register(app)
outreach.register(app)
trace.register(app)
oversight.register(app)
subject.register(app)
app.add_typer(data.link_app, name="link")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(store.app, name="store")
signing.register(agreement.app)
paper.register(agreement.app)
council.register(agreement.app)
term.register(agreement.app)
envelope.register(agreement.app)
destruction.register(agreement.app)
app.add_typer(agreement.app, name="agreement")
app.add_typer(destruction.app, name="certificate")
app.add_typer(mou.app, name="mou")
app.add_typer(breach.app, name="breach")
app.add_typer(use.app, name="use")
app.add_typer(order.app, name="order")
witness.register(ledger.app, app)
app.add_typer(ledger.app, name="ledger")
app.add_typer(release.app, name="release")
app.add_typer(attest.app, name="attest")
