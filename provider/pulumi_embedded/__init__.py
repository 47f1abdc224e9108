"""The embedded engine: runs a Pulumi program without the Pulumi CLI.

For a first try, an air-gapped runner, a hermetic test. It is bounded, not a second Pulumi: one stack in one state file,
dynamic providers of Python programs, and of the engine's operations create, same, update, replace, delete, read and
refresh. It runs the unchanged program and the SDK's own provider process, calls providers in the order in which the
Pulumi engine calls them, and keeps its state in the form of `pulumi stack export`. What it does not do it refuses by
name (`unsupported`), with the advice to install the CLI.

    engine       the public class; `port` the interface that it implements and its values, `diff` what differs between two bags
                 of properties, `stack_name` the forms of a stack's name
    operations   preview, up, refresh, destroy; `session` the processes of one of them, `reporter` what it tells
    project      Pulumi.yaml and the stack's configuration; `settings` reads the files, and refuses what is not honoured
    processes    the program (`runner`, run by its `interpreter`) and the `providers`
    monitor      the gRPC services that the program's SDK talks to; `bounds` what of their requests is honoured
    trust        which providers may be unpickled
    deployment   decides, for each registration, which operation it is
    steps        carries out one operation; `sweep` one on every resource, in order
    checkpoint   the resources while they change; `values` their properties on the wire and in state
    state        the file that keeps them: `location` where, `files` how it is written, `integrity` whether it is whole,
                 `passphrase` its secrets, `lock` one operation at a time; `clock` its times

Knows nothing of what programs declare, nor of the rest of this project. Importing the port loads no gRPC.
"""
