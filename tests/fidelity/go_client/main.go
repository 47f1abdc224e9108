// Calls Elastic Cloud through Elastic's own Go client, and prints what the client made of the answers, as one JSON document.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"

	runtime "github.com/go-openapi/runtime/client"
	"github.com/go-openapi/strfmt"

	"github.com/elastic/cloud-sdk-go/pkg/api"
	"github.com/elastic/cloud-sdk-go/pkg/api/apierror"
	"github.com/elastic/cloud-sdk-go/pkg/api/deploymentapi"
	userauthapi "github.com/elastic/cloud-sdk-go/pkg/api/userapi/authapi"
	"github.com/elastic/cloud-sdk-go/pkg/auth"
	"github.com/elastic/cloud-sdk-go/pkg/client/organizations"
	"github.com/elastic/cloud-sdk-go/pkg/models"
)

const invited = "invited.by.go@example.com"

var seen = map[string]any{}

func main() {
	organization := os.Args[1]
	cloud, err := api.NewAPI(api.Config{
		Client:     new(http.Client),
		Host:       os.Getenv("EC_ENDPOINT"),
		AuthWriter: auth.APIKey(os.Getenv("EC_API_KEY")),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// The client's own transport asks a region for organizations, which this release of it does not know to be global.
	host, _ := url.Parse(os.Getenv("EC_ENDPOINT"))
	calls := organizations.New(runtime.New(host.Host, api.DefaultBasePath, []string{host.Scheme}), strfmt.Default)
	key := cloud.AuthWriter

	listed, err := calls.ListOrganizations(organizations.NewListOrganizationsParams(), key)
	note("organizations", func() any { return listed.Payload }, err)
	one, err := calls.GetOrganization(organizations.NewGetOrganizationParams().WithOrganizationID(organization), key)
	note("organization", func() any { return one.Payload }, err)
	members, err := calls.ListOrganizationMembers(organizations.NewListOrganizationMembersParams().WithOrganizationID(organization), key)
	note("members", func() any { return members.Payload }, err)

	request := &models.OrganizationInvitationRequest{Emails: []string{invited}, ExpiresIn: "7d"}
	made, err := calls.CreateOrganizationInvitations(
		organizations.NewCreateOrganizationInvitationsParams().WithOrganizationID(organization).WithBody(request), key)
	note("invited", func() any { return made.Payload }, err)
	list := organizations.NewListOrganizationInvitationsParams().WithOrganizationID(organization)
	open, err := calls.ListOrganizationInvitations(list, key)
	note("invitations", func() any { return open.Payload }, err)
	if made != nil {
		token := *made.Payload.Invitations[0].Token
		found, err := calls.GetOrganizationInvitation(organizations.NewGetOrganizationInvitationParams().WithInvitationToken(token), key)
		note("invitation", func() any { return found.Payload }, err)
		cancel := organizations.NewDeleteOrganizationInvitationsParams().WithOrganizationID(organization).WithInvitationTokens(token)
		_, err = calls.DeleteOrganizationInvitations(cancel, key)
		note("cancelled", func() any { return "done" }, err)
		_, err = calls.DeleteOrganizationInvitations(cancel, key)
		note("cancelled again", func() any { return "done" }, err)
	}
	remove := organizations.NewDeleteOrganizationMembershipsParams().WithOrganizationID(organization).WithUserIds("nobody")
	_, err = calls.DeleteOrganizationMemberships(remove, key)
	note("nobody removed", func() any { return "done" }, err)
	_, err = calls.GetOrganization(organizations.NewGetOrganizationParams().WithOrganizationID("1"), key)
	note("unknown organization", func() any { return "found" }, err)

	keys, err := userauthapi.ListKeys(userauthapi.ListKeysParams{API: cloud})
	note("keys", func() any { return keys }, err)
	deployments, err := deploymentapi.List(deploymentapi.ListParams{API: cloud})
	note("deployments", func() any { return deployments }, err)
	found, err := deploymentapi.Search(deploymentapi.SearchParams{API: cloud, Request: &models.SearchRequest{Size: 100}})
	note("search", func() any { return found }, err)
	_, err = deploymentapi.Get(deploymentapi.GetParams{API: cloud, DeploymentID: "0123456789abcdef0123456789abcdef"})
	note("unknown deployment", func() any { return "found" }, err)

	if err := json.NewEncoder(os.Stdout).Encode(seen); err != nil {
		os.Exit(1)
	}
}

// note keeps what a call answered, or what the client says of its refusal.
func note(name string, answer func() any, err error) {
	if err != nil {
		seen[name] = map[string]string{"error": apierror.Wrap(err).Error()}
		return
	}
	seen[name] = answer()
}
