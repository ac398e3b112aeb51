"""The schema: which words a generated policy may use, and of which types. A misspelt attribute is an error, not a no.

Cedar passes over a policy whose condition cannot be evaluated. So that none can fail that way, every policy is checked
against this schema when it is made, and every request when it is asked.
"""

from __future__ import annotations

from functools import cache

import cedarpy

from governance.use import Action

_TYPES = """\
// Who asks: a staff id or a program's name. Never a family.
entity Asker;

// A dataset that a feed delivers. As a resource: its rows.
entity Dataset;

// An agreement as it stands in the log. As a resource: whatever was derived from what it brought in.
entity Agreement = {
  version: Long,
  sha256: String,   // of the document as it is stored now
  status: String,
  flaw: String,     // why the document cannot be in force whatever its status; empty where nothing is wrong with it
};

// The memorandum in force here.
entity Memorandum = {
  id: String,
  version: Long,
  sha256: String,
  status: String,
  flaw: String,
  participants: Set<String>,
};

// Every dataset that a feed declares.
entity Feeds = { declared: Set<Dataset> };

// What is known of the rows, and of why they are asked for: "yes", "no" or "unknown". An empty text, or Asker::"",
// means none.
type Facts = {
  attested: String,
  sealed_present: String,
  victim_services: String,
  part2_consent: String,
  conditions: Set<String>,
  oldest_known_on?: datetime,
  legal_process: String,
  notices: Set<String>,
  review_of: Asker,
  smallest_cell?: Long,
  recoverable_cells?: Long,
};

type Emergency = {
  reference: String,
  asked_by: Asker,
  confirmed_by: Asker,
  until: Long,              // microseconds since 1970, like `instant`
};

type Ask = {
  role: String,
  organisation: String,
  trained_until?: datetime,
  purpose: String,
  purpose_is_a_name: Bool,  // lower-case words joined by dots
  above: Set<String>,       // the purpose, and what it lies below: a.b.c, a.b, a
  fields: Set<String>,
  basis: String,
  zone: String,
  recipient: String,
  datasets: Set<Dataset>,   // everything asked for together, and everything it is joined with
  day: datetime,            // where the agency works
  instant: Long,
  model?: { id: String, purpose: String },
  facts: Facts,
  emergency?: Emergency,
};
"""

SCHEMA = f"""{_TYPES}
action any_use;
action {", ".join(action.value for action in Action)} in [any_use] appliesTo {{
  principal: [Asker],
  resource: [Dataset, Agreement],
  context: Ask,
}};
"""
"""In Cedar's own writing; `hearthline agreement export --cedar` prints it before the policies."""


@cache
def schema() -> cedarpy.Schema:
    """The schema, read once."""
    return cedarpy.Schema.from_str(SCHEMA)
