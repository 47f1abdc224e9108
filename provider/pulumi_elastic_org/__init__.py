"""Membership of an Elastic Cloud organization as code, for Pulumi."""
