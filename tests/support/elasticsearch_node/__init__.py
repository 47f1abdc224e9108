"""A real Elasticsearch on loopback for tests, from the distribution that Elastic publishes for integration tests."""
