"""Intake: what arrived is read in a limited child, indexed, checked and inspected; each file gets its answer."""
