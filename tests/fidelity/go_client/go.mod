module fidelity

go 1.21

require (
	github.com/elastic/cloud-sdk-go v1.10.0
	github.com/go-openapi/runtime v0.23.0
)
