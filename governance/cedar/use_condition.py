"""Conditions on the use as a whole: it is complete, and this asker may ask it at all."""

from __future__ import annotations

from governance.cedar.condition import EMERGENCY, Condition, doing, either, every, where
from governance.use import Action

COMPLETE = Condition(
    code="MALFORMED",
    words="somebody asks, in a role, from an agency, for something; what is stated makes sense",
    test=every(
        [
            'principal != Asker::"" && context.role != "" && context.organisation != ""',
            '!context.fields.isEmpty() && !context.fields.contains("")',
            '["analytic", "enclave"].contains(context.zone)',
            where("context has model", 'context.model.id != "" && context.model.purpose != ""'),
            '["owner", "subject"].containsAll(context.facts.notices)',
            where("context.facts has smallest_cell", "context.facts.smallest_cell >= 0"),
            where("context.facts has recoverable_cells", "context.facts.recoverable_cells >= 0"),
        ]
    ),
)
"""`MALFORMED`. Source: house rule (fail closed)."""


REVIEWS_OTHERS = Condition(
    code="SELF_REVIEW",
    words="nobody reviews a use of their own",
    test="principal != context.facts.review_of",
)
"""`SELF_REVIEW`. Source: house rule (separation of duties); NIST SP 800-53 rev. 5, AC-5."""


TWO_PEOPLE = Condition(
    code="BREAK_GLASS_SINGLE",
    words="an emergency is the asker's own, a second person confirmed it, and it is not over",
    test=where("context has emergency", EMERGENCY),
)
"""`BREAK_GLASS_SINGLE`. Source: house rule (two people); 45 CFR 164.312(a)(2)(ii)."""


MODEL_FOR_THIS = Condition(
    code="MODEL_PURPOSE",
    words="a model that is applied was trained for the purpose, or for one that the purpose lies below",
    test=either(
        [
            doing(Action.DESTROY),
            where("context has model", "context.purpose_is_a_name && context.above.contains(context.model.purpose)"),
        ]
    ),
)
"""`MODEL_PURPOSE`. Source: the agreement's part "value extraction and learning" (`models.score_purposes`)."""
