// Sixty people in a YAML file, and the whole program that keeps an organization like it.
using System.Collections.Generic;
using Pulumi;
using Pulumi.ElasticOrg;

return await Deployment.RunAsync(() =>
{
    var acme = new Roster("acme", new RosterArgs { Files = { "../quickstart/roster.yaml" } });

    return new Dictionary<string, object?>
    {
        ["organization"] = acme.OrganizationId,
        ["pending"] = acme.Pending,
    };
});
