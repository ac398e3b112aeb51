"""Attestations: that a frame of rows names nobody, said by somebody, signed, dated, and in the ledger.

`terms` is what an agreement asks of a frame, `attestation` the statement about one, `attestations` all of them.
"""
