"""Likely links: records that no identifier ties together, but everything that they say taken together."""
