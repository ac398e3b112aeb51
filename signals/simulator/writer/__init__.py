"""Writers: what happened, as the agencies would send it, each in the real format of its feed."""
