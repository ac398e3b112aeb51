"""Whether a frame of rows names nobody: its columns, what is in them, how many are alike, and what was planted.

`frame` is the file, `detector` and `canary` look at values, `anonymity` counts who is alike, `together` puts two frames
beside each other, `check` runs all of them and `report` says what they found: columns and counts, never a value.
"""
