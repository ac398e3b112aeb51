"""Who may see what, for which purpose, until when: agreements, gate, vault, ledger. Stands on nothing of ours."""
