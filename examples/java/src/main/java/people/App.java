package people;

import com.pulumi.Pulumi;
import com.pulumi.elasticorg.Roster;
import com.pulumi.elasticorg.RosterArgs;

/** Sixty people in a YAML file, and the whole program that keeps an organization like it. */
public final class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var acme = new Roster("acme", RosterArgs.builder().files("../quickstart/roster.yaml").build());

            ctx.export("organization", acme.organizationId());
            ctx.export("pending", acme.pending());
        });
    }
}
