"""What Pulumi starts where this folder is a plugin (`PulumiPlugin.yaml`): the same as `pulumi-resource-elastic-org`."""

from pulumi_elastic_org.plugin.main import main

main()
