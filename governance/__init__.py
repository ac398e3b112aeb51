"""Who may see what, for which purpose, until when: agreements, the gate, the vault, the ledger. Stands on nothing of ours."""
