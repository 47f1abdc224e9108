"""The plugin: over real gRPC without the CLI, and with the CLI where there is one."""
