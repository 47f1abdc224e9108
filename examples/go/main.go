// Sixty people in a YAML file, and the whole program that keeps an organization like it.
package main

import (
	"example.com/pulumi-elastic-org/sdk/go/elasticorg"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		acme, err := elasticorg.NewRoster(ctx, "acme", &elasticorg.RosterArgs{
			Files: pulumi.ToStringArray([]string{"../quickstart/roster.yaml"}),
		})
		if err != nil {
			return err
		}
		ctx.Export("organization", acme.OrganizationId)
		ctx.Export("pending", acme.Pending)
		return nil
	})
}
