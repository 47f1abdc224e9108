"""The class paths that state names: they stay where they are, and hold nothing but the name of their kind of resource.

*_provider, single_sign_on_providers    the providers of people, snapshots, acceptances and single sign-on, as
                                       `pulumi_elastic_org.dynamic` serves them
"""
