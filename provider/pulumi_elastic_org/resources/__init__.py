"""The class paths that state names: they stay where they are, and hold nothing but the name of their kind of resource.

*_provider    the providers of people, snapshots and acceptances, as `pulumi_elastic_org.dynamic` serves them
"""
