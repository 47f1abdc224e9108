// Sixty people in a YAML file, and the whole program that keeps an organization like it.
import * as elastic from "@pulumi/elastic-org";

const acme = new elastic.Roster("acme", { files: ["../quickstart/roster.yaml"] });
const owned = elastic.getOwnersOutput();

export const organization = acme.organizationId;
export const pending = acme.pending;
export const withoutOwner = owned.resources.apply(all => all.filter(one => !one.owner).map(one => one.name));
