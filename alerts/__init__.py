"""What people are asked to do: triage, tasks, programmes."""
